// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every text. */
final class TrainingPropertiesTest {
    private static final String SPACE = "\u2581";
    private static final List<String> ALPHABETS = List.of(
            "ab", "abc 12", "a\u0301b\u00E9 ", "\u0430\u0431 \u03B1", "\u3042\u6F22\u30FC ", "\uD83D\uDE42\uFE0F 0\t");

    private static List<String> text(Random random, int lines) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            words.add(string(random, ALPHABETS.get(random.nextInt(ALPHABETS.size())), 1 + random.nextInt(12)));
        }
        return IntStream.range(0, lines)
                .mapToObj(_ -> String.join(
                        " ",
                        IntStream.range(0, 1 + random.nextInt(12))
                                .mapToObj(_ -> words.get(random.nextInt(words.size())))
                                .toList()))
                .toList();
    }

    private static String string(Random random, String alphabet, int length) {
        int[] characters = alphabet.codePoints().toArray();
        StringBuilder string = new StringBuilder();
        for (int i = 0; i < length; i++) {
            string.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return string.toString();
    }

    private static TrainedTokenizer train(List<String> text) {
        return TokenizerTrainer.sentencePiece(SentencePieceOptions.builder(340)
                        .characterCoverage(0.999)
                        .build())
                .train("text", text);
    }

    private static List<String> learned(TokenizerDefinition definition) {
        return IntStream.range(0, definition.pieces().size())
                .filter(id -> definition.types().get(id) == TokenType.NORMAL)
                .mapToObj(definition.pieces()::get)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void piecesKeepTheRules(int seed) {
        List<String> pieces = learned(train(text(new Random(seed), 200)).definition());
        assertEquals(pieces.size(), pieces.stream().distinct().count());
        for (String piece : pieces) {
            assertTrue(piece.codePointCount(0, piece.length()) <= 16, piece);
            assertTrue(piece.lastIndexOf(SPACE) <= 0, piece);
            assertFalse(piece.contains("\t"), piece);
            assertTrue(piece.length() == 1 || piece.chars().noneMatch(Character::isDigit), piece);
            assertTrue(scripts(piece.replace(SPACE, "")) <= 1, piece);
        }
    }

    /** How many; kana and Han are one, a mark that goes with any is none. */
    private static long scripts(String piece) {
        return piece.codePoints()
                .mapToObj(c -> c == 0x30FC ? UnicodeScript.HIRAGANA : UnicodeScript.of(c))
                .map(script -> script == UnicodeScript.HAN ? UnicodeScript.HIRAGANA : script)
                .filter(script -> script != UnicodeScript.INHERITED)
                .distinct()
                .count();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void bytesCoverEverythingAndTextComesBack(int seed) {
        Random random = new Random(seed);
        Tokenizer tokenizer = train(text(random, 200)).tokenizer();
        for (int i = 0; i < 500; i++) {
            String string = random.ints(random.nextInt(30), 0, 0x110000)
                    .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                    .map(c -> random.nextBoolean() ? c : "ab \u0301\u6F22\n".codePointAt(c % 6))
                    .filter(c -> c != SPACE.charAt(0))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            int[] ids = tokenizer.encode(string);
            assertEquals(string, tokenizer.decode(ids));
            assertTrue(Arrays.stream(ids).allMatch(id -> id > 2), "only pieces that stand for text");
        }
    }

    /** Neither the order of lines nor that of hash tables counts. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theOrderOfLinesDoesNotCount(int seed) {
        List<String> text = text(new Random(seed), 300);
        byte[] once = train(text).toBytes();
        List<String> shuffled = new ArrayList<>(text);
        Collections.shuffle(shuffled, new Random(seed + 1));
        assertArrayEquals(once, train(text).toBytes());
        assertArrayEquals(once, train(shuffled).toBytes());
    }

    @Test
    void incrementalCountsAreThoseOfTheDefinition() {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            String alphabet = List.of("ab", "abc", "abcde").get(i % 3);
            List<String> words = IntStream.range(0, 1 + random.nextInt(20))
                    .mapToObj(_ -> string(random, alphabet, 1 + random.nextInt(15)))
                    .toList();
            int longest = 2 + random.nextInt(15);
            List<String> expected = new NaiveLearner(
                            words.stream().map(SPACE::concat).toList(), piece -> piece.length() <= longest)
                    .learn();
            int characters = (int) String.join("", words).chars().distinct().count() + 1;
            SentencePieceOptions options = SentencePieceOptions.builder(3 + characters + expected.size())
                    .byteFallback(false)
                    .characterCoverage(1)
                    .maxPieceLength(longest)
                    .build();
            TokenizerDefinition definition =
                    TokenizerTrainer.sentencePiece(options).train("text", words).definition();
            assertEquals(expected, definition.pieces().subList(3, 3 + expected.size()));
        }
    }
}
