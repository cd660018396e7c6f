// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.tokenizers.train.SentencePieceOptions;
import dev.llamapanama.tokenizers.train.TokenizerTrainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies beside a {@code tokenizer.model} in a folder of Hugging Face has its say (huggingface/transformers, {@code LlamaTokenizer}). */
final class HuggingFaceFolderTest {
    private static final EncodeOptions SPECIAL = EncodeOptions.TEXT.withParseSpecial(true);
    private static final int SIZE = 280;

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void sentencePiece() throws IOException {
        Path text =
                Files.writeString(folder.resolve("text"), "the ring and the king, the thing and the thin\n".repeat(9));
        TokenizerTrainer.sentencePiece(SentencePieceOptions.builder(SIZE).build())
                .train(List.of(text))
                .write(folder.resolve("tokenizer.model"));
    }

    private void config(String json) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), json);
    }

    private static String token(int id, String content, String... flags) {
        StringBuilder token = new StringBuilder("\"%d\": {\"content\": \"%s\"".formatted(id, content));
        for (String flag : flags) {
            token.append(", \"").append(flag).append("\": true");
        }
        return token.append('}').toString();
    }

    private static String decoder(String... tokens) {
        return "\"added_tokens_decoder\": {%s}".formatted(String.join(",", tokens));
    }

    @Test
    void tokensAreAddedAndHaveRoles() throws IOException {
        Tokenizer plain = Tokenizers.open(folder);
        config("{%s, \"eos_token\": {\"content\": \"<|im_end|>\"}, \"pad_token\": \"<x y>\", \"add_bos_token\": false}"
                .formatted(decoder(
                        token(1, "<s>", "special"),
                        token(SIZE, "<|im_end|>", "special"),
                        token(SIZE + 3, "<x y>", "lstrip"))));
        Tokenizer tokenizer = Tokenizers.open(folder);
        assertEquals(SIZE + 4, tokenizer.vocabularySize());
        assertEquals(OptionalInt.of(SIZE), tokenizer.specialTokens().eos());
        assertEquals(OptionalInt.of(SIZE + 3), tokenizer.specialTokens().pad());
        assertEquals(OptionalInt.of(1), tokenizer.specialTokens().bos());
        assertFalse(tokenizer.specialTokens().addBos());
        int[] the = plain.encode("the");
        assertArrayEquals(the, tokenizer.encode("the"));
        assertArrayEquals(new int[] {the[0], SIZE + 3}, tokenizer.encode("the  <x y>"));
        assertArrayEquals(new int[] {the[0], SIZE, the[0]}, tokenizer.encode("the<|im_end|>the", SPECIAL));
        assertArrayEquals(plain.encode("<|im_end|>"), tokenizer.encode("<|im_end|>"), "not forged");
        assertEquals(TokenType.UNUSED, tokenizer.type(SIZE + 1));
        assertArrayEquals(plain.encode("<hole 281>"), tokenizer.encode("<hole 281>", SPECIAL));
        assertEquals("the<x y>", tokenizer.decode(tokenizer.encode("the<x y>")));
    }

    @Test
    void aSpaceIsPutBeforeTheFirstTextOnly() throws IOException {
        int[] the = Tokenizers.open(folder).encode("the");
        assertArrayEquals(new int[] {1, the[0]}, Tokenizers.open(folder).encode("<s>the", SPECIAL));
        config("{\"legacy\": false}");
        Tokenizer first = Tokenizers.open(folder);
        assertArrayEquals(the, first.encode("the"));
        int[] after = first.encode("the<s>the", SPECIAL);
        assertArrayEquals(new int[] {the[0], 1}, new int[] {after[0], after[1]});
        assertEquals("thethe", first.decode(after));
        config("{\"add_prefix_space\": false}");
        assertFalse(Tokenizers.open(folder)
                .piece(Tokenizers.open(folder).encode("the")[0])
                .startsWith("▁"));
    }

    @Test
    void templatesAreFound() throws IOException {
        config("{\"chat_template\": \"{{ a }}\"}");
        assertEquals("{{ a }}", Tokenizers.read(folder).chatTemplate());
        config(
                "{\"chat_template\": [{\"name\": \"default\", \"template\": \"b\"}, {\"name\": \"rag\", \"template\": \"c\"}]}");
        assertEquals("b", Tokenizers.read(folder).chatTemplate());
        assertEquals(Map.of("rag", "c"), Tokenizers.read(folder).particulars().chatTemplates());
        Files.writeString(folder.resolve("chat_template.jinja"), "d");
        Files.createDirectory(folder.resolve("additional_chat_templates"));
        Files.writeString(folder.resolve("additional_chat_templates/tool_use.jinja"), "e");
        Files.writeString(folder.resolve("additional_chat_templates/notes.txt"), "f");
        assertEquals("d", Tokenizers.read(folder).chatTemplate());
        assertEquals(
                Map.of("rag", "c", "tool_use", "e"),
                Tokenizers.read(folder).particulars().chatTemplates());
    }

    @Test
    void controlTokensOfRanksAreSpelledAsTheFolderDoes() throws IOException {
        StringBuilder ranks = new StringBuilder();
        for (int b = 0; b < 256; b++) {
            ranks.append(Base64.getEncoder().encodeToString(new byte[] {(byte) b}))
                    .append(' ')
                    .append(b)
                    .append('\n');
        }
        Files.writeString(folder.resolve("tokenizer.model"), ranks, StandardCharsets.US_ASCII);
        config("{%s}".formatted(decoder(token(256 + 4, "<|pad|>", "special"), token(512, "ab"))));
        Tokenizer tokenizer = Tokenizers.open(folder);
        assertEquals("<|pad|>", tokenizer.piece(260));
        assertArrayEquals(new int[] {'c', 512}, tokenizer.encode("cab"));
        assertArrayEquals(new int[] {256, 260}, tokenizer.encode("<|begin_of_text|><|pad|>", SPECIAL));
    }

    @Test
    void contradictionsAreRefused() throws IOException {
        for (String bad : List.of(
                decoder(token(5, "<0x03>x")),
                decoder(token(1 << 20, "<far>")),
                decoder("\"x\": {\"content\": \"a\"}"),
                decoder("\"3000000000\": {\"content\": \"a\"}"),
                decoder("\"300\": {}"),
                decoder("\"300\": null"),
                decoder(token(SIZE, "<s>")),
                decoder(token(SIZE, "")),
                "\"added_tokens_decoder\": 1",
                "\"chat_template\": 1",
                "\"chat_template\": [{\"name\": \"default\"}]",
                "\"chat_template\": [{\"template\": \"a\"}]",
                "\"eos_token\": []")) {
            config("{" + bad + "}");
            assertThrows(TokenizerException.class, () -> Tokenizers.open(folder), bad);
        }
    }
}
