// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tokenizers.EncodeOptions;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerException;
import dev.llamapanama.tokenizers.Tokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read as the tokenizer that it was. */
class HuggingFaceTokenizerFilesTest {
    private static final List<String> TEXTS = List.of(
            "the cats sat on the mat",
            " The  dogs,\n\n1234 cats' Käse \u4e2d",
            "<s><|eot_id|>",
            "",
            "mats  \t and \ud83d\ude00");

    @TempDir
    Path folder = Path.of("");

    private TokenizerDefinition trained(TokenizerTrainer trainer) throws IOException {
        Path text = Files.writeString(
                folder.resolve("text.txt"),
                "the cats sat on the mat and the dogs sat on the cats, 123 times\n".repeat(20));
        Path file = folder.resolve("trained").resolve("tokenizer.model");
        Files.createDirectories(file.getParent());
        trainer.train(List.of(text)).write(file);
        return Tokenizers.read(file);
    }

    private TokenizerDefinition written(TokenizerDefinition definition) throws IOException {
        Path target = Files.createDirectories(folder.resolve("written"));
        for (Map.Entry<String, byte[]> file :
                HuggingFaceTokenizerFiles.of(definition).entrySet()) {
            Files.write(target.resolve(file.getKey()), file.getValue());
        }
        return Tokenizers.read(target);
    }

    private static void assertSame(TokenizerDefinition definition, TokenizerDefinition again) {
        assertEquals(definition.pieces(), again.pieces());
        assertEquals(definition.types(), again.types());
        assertEquals(definition.scores(), again.scores());
        assertEquals(definition.special(), again.special());
        Tokenizer one = Tokenizers.of(definition);
        Tokenizer other = Tokenizers.of(again);
        for (String text : TEXTS) {
            for (EncodeOptions options : List.of(EncodeOptions.TEXT, EncodeOptions.PROMPT)) {
                assertArrayEquals(one.encode(text, options), other.encode(text, options), text);
            }
        }
    }

    @Test
    void sentencePiece() throws IOException {
        TokenizerDefinition definition = trained(TokenizerTrainer.sentencePiece(
                SentencePieceOptions.builder(300).byteFallback(true).build()));
        assertSame(definition, written(definition));
        assertTrue(Files.readString(folder.resolve("written").resolve("tokenizer_config.json"))
                .contains("\"LlamaTokenizer\""));
    }

    @Test
    void byteLevel() throws IOException {
        TokenizerDefinition definition = trained(TokenizerTrainer.tiktoken(280));
        TokenizerDefinition again = written(definition);
        assertSame(definition, again);
        assertEquals(280 - 256, again.merges().size());
    }

    @Test
    void refusesAnotherPattern() throws IOException {
        TokenizerDefinition own = trained(TokenizerTrainer.tiktoken(280));
        TokenizerDefinition other = new TokenizerDefinition(
                "elsewhere",
                own.model(),
                "qwen2",
                own.pieces(),
                own.types(),
                own.scores(),
                own.merges(),
                own.special(),
                own.whitespace(),
                null);
        assertEquals(
                "elsewhere: pre-tokenizer: found qwen2, expected that of Llama 3 or 4",
                assertThrows(TokenizerException.class, () -> HuggingFaceTokenizerFiles.of(other))
                        .getMessage());
    }
}
