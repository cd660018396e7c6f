// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.GgufWriter;
import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Vocabulary-only files: no configuration, no weights. */
class GgufTokenizerTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void sentencePieceHasTheDefaultsOfLlamaCpp() {
        TokenizerDefinition tokenizer = read(sentencePiece());
        assertEquals("llama", tokenizer.model());
        assertEquals("", tokenizer.preTokenizer());
        assertEquals(List.of("<unk>", "<s>", "</s>", "▁", "a"), tokenizer.pieces());
        assertEquals(List.of(0f, 0f, 0f, -1f, -2f), tokenizer.scores());
        assertEquals(Collections.nCopies(5, TokenType.NORMAL), tokenizer.types());
        assertEquals(new SpecialIds(1, 2, 0, -1, -1, -1, true, false), tokenizer.special());
        assertEquals(new Whitespace(true, false), tokenizer.whitespace());
        assertNull(tokenizer.chatTemplate());
    }

    @Test
    void byteLevelHasItsMerges() {
        TokenizerDefinition tokenizer = read(byteLevel());
        assertEquals("llama-bpe", tokenizer.preTokenizer());
        assertEquals(List.of("Ġ a", "  b"), tokenizer.merges());
        assertEquals(List.of(), tokenizer.scores());
        assertEquals(new SpecialIds(-1, -1, -1, -1, -1, -1, true, false), tokenizer.special());
        assertEquals(new Whitespace(false, false), tokenizer.whitespace());
    }

    @Test
    void everyKeyIsRead() {
        TokenizerDefinition tokenizer = read(sentencePiece()
                .array("tokenizer.ggml.token_type", GgufWriter.I32, List.of(2, 3, 4, 5, 6))
                .u32("tokenizer.ggml.bos_token_id", 4)
                .u32("tokenizer.ggml.eos_token_id", 3)
                .u32("tokenizer.ggml.unknown_token_id", 2)
                .u32("tokenizer.ggml.padding_token_id", 1)
                .u32("tokenizer.ggml.eot_token_id", 0)
                .u32("tokenizer.ggml.eom_token_id", 4)
                .bool("tokenizer.ggml.add_bos_token", false)
                .bool("tokenizer.ggml.add_eos_token", true)
                .bool("tokenizer.ggml.add_space_prefix", false)
                .bool("tokenizer.ggml.remove_extra_whitespaces", true)
                .string("tokenizer.chat_template", "{{ messages }}")
                .string("tokenizer.chat_template.rag", "{{ documents }}"));
        assertEquals(
                List.of(TokenType.UNKNOWN, TokenType.CONTROL, TokenType.USER_DEFINED, TokenType.UNUSED, TokenType.BYTE),
                tokenizer.types());
        assertEquals(new SpecialIds(4, 3, 2, 1, 0, 4, false, true), tokenizer.special());
        assertEquals(new Whitespace(false, true), tokenizer.whitespace());
        assertEquals("{{ messages }}", tokenizer.chatTemplate());
        assertEquals(Map.of("rag", "{{ documents }}"), tokenizer.particulars().chatTemplates());
    }

    @Test
    void aFileMayHaveNoTokenizer() {
        assertNull(Checkpoints.readTokenizer(write(new GgufWriter().u32("a", 1))));
        assertNull(Checkpoints.readTokenizer(write(new GgufWriter().string("tokenizer.ggml.model", "none"))));
    }

    @Test
    void tokensMustBeAsManyAsRowsOfTheEmbedding() {
        GgufWriter writer =
                TestModel.builder().build().gguf().array("tokenizer.ggml.tokens", 8, List.of("a", "b", "c"));
        for (String key : List.of("scores", "token_type")) {
            writer.array("tokenizer.ggml." + key, key.equals("scores") ? 6 : 5, List.of(1, 1, 1));
        }
        String message = Refusal.of(() -> Checkpoints.open(write(writer)));
        assertTrue(message.contains("tokenizer.ggml.tokens: found array of 3 string"), message);
    }

    @TestFactory
    Stream<DynamicTest> contradictions() {
        String ids = "tokenizer.ggml.";
        return Stream.of(
                spoilt(ids + "model: found u32 1", w -> w.u32(ids + "model", 1)),
                spoilt(ids + "tokens: found no such key", w -> w.remove(ids + "tokens")),
                spoilt(ids + "tokens: found array of 0 string", w -> w.array(ids + "tokens", 8, List.of())),
                spoilt(ids + "tokens: found array of 2 i32", w -> w.array(ids + "tokens", 5, List.of(1, 2))),
                spoilt(ids + "tokens: found string \"a\"", w -> w.string(ids + "tokens", "a")),
                spoilt(ids + "scores: found no such key", w -> w.remove(ids + "scores")),
                spoilt(ids + "scores: found array of 1 f32", w -> w.array(ids + "scores", 6, List.of(1))),
                spoilt(ids + "scores: found array of 5 i32", w -> w.array(ids + "scores", 5, List.of(1, 2, 3, 4, 5))),
                spoilt(
                        ids + "scores: found NaN for token 1",
                        w -> w.array(ids + "scores", 6, List.of(1, Float.NaN, 3, 4, 5))),
                spoilt(ids + "token_type: found array of 4", w -> w.array(ids + "token_type", 5, List.of(1, 1, 1, 1))),
                spoilt(
                        ids + "token_type: found type 0 of token 2",
                        w -> w.array(ids + "token_type", 5, List.of(1, 1, 0, 1, 1))),
                spoilt(
                        ids + "token_type: found type 7 of token 0",
                        w -> w.array(ids + "token_type", 5, List.of(7, 1, 1, 1, 1))),
                spoilt(ids + "bos_token_id: found u32 5", w -> w.u32(ids + "bos_token_id", 5)),
                spoilt(ids + "eot_token_id: found i32 -1", w -> w.value(ids + "eot_token_id", GgufWriter.I32, -1)),
                spoilt(ids + "padding_token_id: found u32 4294967295", w -> w.u32(ids + "padding_token_id", -1)),
                spoilt(ids + "add_bos_token: found u32 1", w -> w.u32(ids + "add_bos_token", 1)),
                spoilt(ids + "merges: found \"ab\"", w -> w.array(ids + "merges", 8, List.of("a b", "ab"))),
                spoilt(ids + "merges: found \" a\"", w -> w.array(ids + "merges", 8, List.of(" a"))),
                spoilt(ids + "merges: found \"a \"", w -> w.array(ids + "merges", 8, List.of("a "))),
                spoilt("tokenizer.chat_template: found bool", w -> w.bool("tokenizer.chat_template", true)));
    }

    private DynamicTest spoilt(String expected, UnaryOperator<GgufWriter> spoil) {
        return dynamicTest(expected, () -> {
            Path file = write(spoil.apply(sentencePiece()));
            String message = Refusal.of(() -> Checkpoints.readTokenizer(file));
            assertTrue(message.startsWith(file + ": "), message);
            assertTrue(message.contains(expected), message);
        });
    }

    private TokenizerDefinition read(GgufWriter writer) {
        TokenizerDefinition tokenizer = Checkpoints.readTokenizer(write(writer));
        assertNotNull(tokenizer);
        return tokenizer;
    }

    private Path write(GgufWriter writer) {
        return writer.write(folder.resolve("vocabulary.gguf"));
    }

    private static GgufWriter sentencePiece() {
        return new GgufWriter()
                .string("tokenizer.ggml.model", "llama")
                .array("tokenizer.ggml.tokens", GgufWriter.STRING, List.of("<unk>", "<s>", "</s>", "▁", "a"))
                .array("tokenizer.ggml.scores", GgufWriter.F32, List.of(0, 0, 0, -1, -2));
    }

    private static GgufWriter byteLevel() {
        return new GgufWriter()
                .string("tokenizer.ggml.model", "gpt2")
                .string("tokenizer.ggml.pre", "llama-bpe")
                .array("tokenizer.ggml.tokens", GgufWriter.STRING, List.of("a", "b", "Ġ", "Ġa"))
                .array("tokenizer.ggml.merges", GgufWriter.STRING, List.of("Ġ a", "  b"));
    }
}
