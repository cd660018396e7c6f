// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerException;
import dev.llamapanama.tokenizers.Tokenizers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TiktokenTrainingTest {
    private static final List<String> TEXT = List.of(
            "the cat, the dog", "", "  \u00E9t\u00E9 123456", "the \uD83D\uDE42\uD83D\uDE42 end", "it's the end");

    @TempDir
    private Path folder;

    private static TrainedTokenizer train(int ranks, List<String> lines) {
        return TokenizerTrainer.tiktoken(ranks).train("text", lines);
    }

    private static List<String> learned(int ranks, String... lines) {
        List<String> pieces = train(ranks, List.of(lines)).definition().pieces();
        return pieces.subList(256, ranks).stream()
                .map(piece -> piece.replace('\u0120', ' ').replace('\u010A', '\n'))
                .toList();
    }

    /**
     * Parts "abab", " ab" twice and a line feed for each line, of which two that follow each other are one part: "ab" four
     * times, then " ab" twice, then the others once, the shortest first.
     */
    @Test
    void theMostFrequentPairComesFirst() {
        assertEquals(List.of("ab", " ab", "\n\n", "abab"), learned(260, "abab ab ab", ""));
    }

    @Test
    void noTokenGoesOverTheSplitPattern() {
        List<String> tokens = train(284, TEXT).definition().pieces().subList(256, 284);
        assertTrue(tokens.contains("the") && tokens.contains("123"), tokens.toString());
        assertTrue(tokens.stream().noneMatch(token -> token.matches(".*(\\d{4}|[a-z],|.\u0120).*")), tokens.toString());
    }

    @Test
    void everyTextComesBack() {
        Tokenizer tokenizer = train(284, TEXT).tokenizer();
        assertEquals(540, tokenizer.vocabularySize());
        for (String text : List.of("", "the end", "\u6F22\n\n \t\u0000<|eot_id|>", "\uD83D\uDE42")) {
            assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
        }
    }

    @Test
    void theFileIsReadAndDoesNotDependOnTheOrderOfLines() {
        TrainedTokenizer trained = train(284, TEXT);
        Path file = folder.resolve("tokenizer.model");
        trained.write(file);
        assertEquals(trained.definition().pieces(), Tokenizers.read(file).pieces());

        List<String> lines = new ArrayList<>(Collections.nCopies(9, "it's the end of the lines"));
        lines.addAll(Collections.nCopies(7, "a line, and another line"));
        byte[] once = train(275, lines).toBytes();
        Collections.shuffle(lines, new Random(1));
        assertArrayEquals(once, train(275, lines).toBytes());
    }

    @Test
    void tooFewOrManyRanksAndTooLittleTextAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> TokenizerTrainer.tiktoken(255));
        assertThrows(IllegalArgumentException.class, () -> TokenizerTrainer.tiktoken(128_001));
        var little = assertThrows(TokenizerException.class, () -> train(300, List.of("ab")));
        assertEquals(
                "text: vocabulary size: found 300, expected at most 257, which is all that the text gives",
                little.getMessage());
        var none = assertThrows(TokenizerException.class, () -> train(300, List.of()));
        assertEquals("text: text: found none, expected at least one line", none.getMessage());
    }
}
