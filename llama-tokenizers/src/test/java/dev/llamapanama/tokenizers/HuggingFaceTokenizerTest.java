// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same vocabularies as {@code tokenizer.json} and as definitions of the other formats: ids must be equal. */
final class HuggingFaceTokenizerTest {
    private static final EncodeOptions SPECIAL = EncodeOptions.TEXT.withParseSpecial(true);

    @TempDir
    private Path folder = Path.of("");

    private static DefinitionBuilder llama2() {
        return DefinitionBuilder.sentencePiece()
                .byteFallback()
                .whitespace(true, false)
                .pieces("▁t", "he", "in", "▁the", "▁▁", "re", "ing", "ring", "▁▁▁▁", "▁a")
                .pieces("▁", "t", "h", "e", "i", "n", "g", "r", "a", "é");
    }

    private static DefinitionBuilder llama3() {
        DefinitionBuilder builder = DefinitionBuilder.byteLevel("llama-bpe");
        for (String token : List.of("th", "in", " a", "the", "ing", " the", "'s", "  ", "é", "12")) {
            builder.token(token.getBytes(StandardCharsets.UTF_8));
        }
        return builder.piece("<|begin_of_text|>", TokenType.CONTROL, 0)
                .piece("<|eot_id|>", TokenType.CONTROL, 0)
                .piece("<tool>", TokenType.USER_DEFINED, 0);
    }

    private static HuggingFaceWriter written2() {
        return HuggingFaceWriter.sentencePiece(llama2().definition());
    }

    private static HuggingFaceWriter written3() {
        return HuggingFaceWriter.byteLevel(llama3().definition(), HuggingFaceWriter.LLAMA_3);
    }

    private static HuggingFaceWriter metaspace(String scheme) {
        return written2()
                .set("normalizer", "null")
                .set(
                        "pre_tokenizer",
                        "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"%s\", \"split\": false}"
                                .formatted(scheme));
    }

    private static void same(Tokenizer expected, Tokenizer actual) {
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            String text =
                    RandomText.of(random, random.nextInt(12), " ", "  ", "the", "ring", "ing", "é", "🦙", "'s", "12")
                            + RandomText.any(random);
            int[] ids = expected.encode(text);
            assertArrayEquals(ids, actual.encode(text), text);
            assertEquals(expected.decode(ids), actual.decode(ids), text);
        }
    }

    private static void refused(String message, HuggingFaceWriter writer) {
        refused(message, writer.json());
    }

    private static void refused(String message, String json) {
        var refusal = assertThrows(
                TokenizerException.class,
                () -> Tokenizers.of(Tokenizers.read("test", json.getBytes(StandardCharsets.UTF_8))));
        assertEquals("test: " + message, refusal.getMessage());
    }

    @Test
    void llama2GivesTheIdsOfSentencePiece() {
        same(llama2().tokenizer(), written2().tokenizer());
        same(llama2().tokenizer(), written2().pairs().tokenizer());
    }

    @Test
    void llama3And4GiveTheIdsOfRanks() {
        same(llama3().tokenizer(), written3().tokenizer());
        same(llama3().tokenizer(), written3().pairs().tokenizer());
        DefinitionBuilder llama4 = DefinitionBuilder.byteLevel("llama4").token((byte) 't', (byte) 'h');
        same(
                llama4.tokenizer(),
                HuggingFaceWriter.byteLevel(llama4.definition(), HuggingFaceWriter.LLAMA_4)
                        .tokenizer());
    }

    @Test
    void mergesGoByTheirPlaceInTheList() {
        DefinitionBuilder twice = DefinitionBuilder.sentencePiece().pieces("a", "aa", "aaa");
        HuggingFaceWriter writer = HuggingFaceWriter.sentencePiece(twice.definition())
                .set("normalizer", "{\"type\": \"Replace\", \"pattern\": {\"String\": \" \"}, \"content\": \"▁\"}")
                .set("decoder", "{\"type\": \"Replace\", \"pattern\": {\"String\": \"▁\"}, \"content\": \" \"}");
        String merges = "[\"a a\", \"a aa\", \"aa a\"]";
        assertArrayEquals(
                new int[] {4, 4},
                writer.setModel("merges", "[\"a a\"]").tokenizer().encode("aaaa"));
        // aa|aa|a: only "aa a" would do for the last two, and "a aa" for none.
        assertArrayEquals(
                new int[] {4, 5}, writer.setModel("merges", merges).tokenizer().encode("aaaaa"));
    }

    @Test
    void aSpaceIsPutWhereTheFileSays() {
        Tokenizer always = metaspace("always").tokenizer();
        Tokenizer first = metaspace("first").tokenizer();
        Tokenizer never = metaspace("never")
                .set("decoder", "{\"type\": \"Replace\", \"pattern\": {\"String\": \"▁\"}, \"content\": \" \"}")
                .tokenizer();
        int the = always.idOf("▁the").orElseThrow();
        int he = always.idOf("he").orElseThrow();
        int t = always.idOf("t").orElseThrow();
        assertArrayEquals(new int[] {the}, always.encode("the"));
        assertArrayEquals(new int[] {the}, always.encode(" the"));
        assertArrayEquals(new int[] {the, 1, the}, always.encode("the<s>the", SPECIAL));
        assertArrayEquals(new int[] {the, 1, t, he}, first.encode("the<s>the", SPECIAL));
        assertArrayEquals(new int[] {1, t, he}, first.encode("<s>the", SPECIAL));
        assertArrayEquals(new int[] {t, he}, never.encode("the"));
        assertArrayEquals(new int[] {the, 1, the}, written2().tokenizer().encode("the<s>the", SPECIAL));
        assertEquals("the the", first.decode(new int[] {the, the}));
        assertEquals(" the", never.decode(new int[] {the}));
    }

    @Test
    void addedTokensAreCutOutOfTheText() {
        int added = llama2().size();
        Tokenizer tokenizer = written2().added(added, "<x y>", false).tokenizer();
        int the = tokenizer.idOf("▁the").orElseThrow();
        assertArrayEquals(new int[] {the, added, the}, tokenizer.encode("the<x y>the"));
        Tokenizer first = metaspace("first").added(added, "<x y>", false).tokenizer();
        assertArrayEquals(new int[] {added, the}, first.encode("<x y> the"));
        assertEquals(TokenType.USER_DEFINED, tokenizer.type(added));
        Tokenizer llama3 = written3().tokenizer();
        int bos = llama3.idOf("<|begin_of_text|>").orElseThrow();
        assertEquals(TokenType.CONTROL, llama3.type(bos));
        assertTrue(llama3.encode("<|begin_of_text|>").length > 1);
        assertArrayEquals(new int[] {bos, 'a'}, llama3.encode("<|begin_of_text|>a", SPECIAL));
    }

    @Test
    void holesInTheNumberingAreNoText() {
        int size = llama2().size();
        Tokenizer tokenizer = written2().added(size + 3, "<|im_end|>", true).tokenizer();
        assertEquals(size + 4, tokenizer.vocabularySize());
        assertEquals(TokenType.UNUSED, tokenizer.type(size));
        same(llama2().tokenizer(), tokenizer);
        refused(
                "ids: found id 2147483647, expected ids below twice the tokens: " + 2 * (size + 1),
                written2().added(Integer.MAX_VALUE, "<far>", true));
    }

    @Test
    void specialTokensAreFoundWithoutAnyOtherFile() {
        SpecialTokens llama2 = written2().tokenizer().specialTokens();
        assertEquals(OptionalInt.of(1), llama2.bos());
        assertEquals(OptionalInt.of(2), llama2.eos());
        assertEquals(OptionalInt.of(0), llama2.unknown());
        assertTrue(llama2.addBos());
        SpecialTokens llama3 = written3().tokenizer().specialTokens();
        assertEquals(266, llama3.bos().orElseThrow());
        assertEquals(267, llama3.eot().orElseThrow());
        assertTrue(llama3.addBos(), "the first files of Llama 3 don't say so");
        assertTrue(!written3()
                .set("post_processor", "{\"type\": \"TemplateProcessing\", \"single\": [{\"Sequence\": {}}]}")
                .tokenizer()
                .specialTokens()
                .addBos());
    }

    @Test
    void otherFilesOfTheFolderHaveTheirSay() throws IOException {
        Path file = Files.write(
                folder.resolve("tokenizer.json"),
                written3().template("<|begin_of_text|>", 266).toBytes());
        assertEquals(OptionalInt.empty(), Tokenizers.open(file).specialTokens().eos());
        Files.writeString(
                folder.resolve("special_tokens_map.json"),
                "{\"eos_token\": {\"content\": \"<tool>\"}, \"pad_token\": \"<tool>\"}");
        assertEquals(OptionalInt.of(268), Tokenizers.open(file).specialTokens().eos());
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"eos_token\": \"<|eot_id|>\", \"add_bos_token\": false, \"chat_template\": \"{{ a }}\"}");
        SpecialTokens special = Tokenizers.open(file).specialTokens();
        assertEquals(OptionalInt.of(267), special.eos());
        assertEquals(OptionalInt.of(268), special.pad());
        assertTrue(!special.addBos());
        assertEquals("{{ a }}", Tokenizers.read(file).chatTemplate());
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ b }}");
        assertEquals("{{ b }}", Tokenizers.read(file).chatTemplate());
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"chat_template\": [{\"name\": \"x\", \"template\": \"1\"}, {\"name\": \"default\", \"template\": \"2\"}]}");
        Files.delete(folder.resolve("chat_template.jinja"));
        assertEquals("2", Tokenizers.read(file).chatTemplate());
    }

    @Test
    void whatNoLlamaHasIsRefusedByName() {
        refused(
                "model.type: found \"Unigram\", expected \"BPE\"",
                "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"a\", 0]]}}");
        refused("model.type: found nothing, expected \"BPE\"", "{\"version\": \"1.0\"}");
        refused(
                "normalizer.type: found \"Nmt\", expected NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Replace or Prepend",
                written2().set("normalizer", "{\"type\": \"Nmt\"}"));
        refused(
                "pre_tokenizer: found none, expected Metaspace, or a Sequence of Split and ByteLevel; or a normalizer that ends"
                        + " with Replace of spaces by U+2581",
                written2().set("normalizer", "{\"type\": \"NFKC\"}"));
        refused(
                "pre_tokenizer.type: found \"Whitespace\", expected Metaspace, or a Sequence of Split and ByteLevel",
                written2().set("normalizer", "null").set("pre_tokenizer", "{\"type\": \"Whitespace\"}"));
        refused(
                "decoder.type: found \"WordPiece\", expected Replace, ByteFallback, Fuse, Strip or Metaspace",
                written2().set("decoder", "{\"type\": \"WordPiece\"}"));
        refused(
                "decoder: found Replace, ByteFallback, Strip, Fuse, expected Fuse before Strip",
                written2()
                        .set(
                                "decoder",
                                HuggingFaceWriter.STRIPPING
                                        .replace("{\"type\": \"Fuse\"}, ", "")
                                        .replace("]}", ", {\"type\": \"Fuse\"}]}")));
        refused(
                "decoder: found Replace, Fuse, ByteFallback, expected ByteFallback before Fuse",
                written2().set("decoder", """
                        {"type": "Sequence", "decoders": [
                         {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
                         {"type": "Fuse"}, {"type": "ByteFallback"}]}"""));
        refused(
                "post_processor.type: found \"BertProcessing\", expected ByteLevel, and TemplateProcessing once",
                written3().set("post_processor", "{\"type\": \"BertProcessing\"}"));
        refused(
                "model.ignore_merges: found true, expected false without ByteLevel",
                written2().setModel("ignore_merges", "true"));
        String refusal = assertThrows(
                        TokenizerException.class,
                        () -> HuggingFaceWriter.byteLevel(llama3().definition(), "\\p{L}+")
                                .tokenizer())
                .getMessage();
        assertTrue(String.valueOf(refusal).contains("'\\p{L}+'"), refusal);
    }

    @Test
    void contradictionsAreRefused() {
        refused(
                "merge 0: found \"zq\", expected a token of the vocabulary",
                written2().setModel("merges", "[\"z q\"]"));
        refused(
                "model.merges[0]: found another form, expected \"left right\" or [\"left\", \"right\"]",
                written2().setModel("merges", "[[\"z\"]]"));
        refused(
                "model.vocab: found id 1 again, expected another id for every piece",
                written2().setModel("vocab", "{\"a\": 1, \"b\": 1}"));
        refused(
                "added_tokens[2].id: found 2, expected an id that no other token has",
                written2().added(3, "<0x00>", true).json().replace("\"id\":3", "\"id\":2"));
        String json = written2().json();
        for (String again : List.of("\"model\":{},", "\"decoder\":{},", "\"decoder\":{\"a\":1,\"a\":2},")) {
            var refusal = assertThrows(
                    TokenizerException.class,
                    () -> Tokenizers.read("test", ("{" + again + json.substring(1)).getBytes(StandardCharsets.UTF_8)),
                    again);
            assertTrue(String.valueOf(refusal.getMessage()).startsWith("test: "), again);
        }
        refused("content: found more after the object, expected its end", json + "{}");
    }

    @Test
    void brokenFilesAreRefusedSoon() {
        for (HuggingFaceWriter good :
                List.of(written2(), written3(), metaspace("first").pairs())) {
            assertEquals(0, Fuzz.truncations(Arrays.copyOf(good.toBytes(), 2000)));
            assertTrue(Fuzz.mutations(good.toBytes(), 400) < 400, "some changes do harm");
        }
        String deep = "{\"a\":" + "[".repeat(100_000);
        assertThrows(TokenizerException.class, () -> Tokenizers.read("test", deep.getBytes(StandardCharsets.UTF_8)));
        String many = "{\"a\":[" + "0,".repeat(5_000_000) + "0]}";
        assertThrows(TokenizerException.class, () -> Tokenizers.read("test", many.getBytes(StandardCharsets.UTF_8)));
    }
}
