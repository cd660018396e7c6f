// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class GrammarMatcherTest {
    private static final float NO = Float.NEGATIVE_INFINITY;

    private static float[] masked(GrammarMatcher matcher, int size) {
        float[] logits = new float[size];
        Arrays.fill(logits, 1);
        matcher.mask(logits);
        return logits;
    }

    @Test
    void masksTokenByToken() {
        GrammarVocabulary vocabulary = TestVocabulary.ofTexts("a", "ab", "b", "ba", "", "abb");
        GrammarMatcher matcher = new GrammarMatcher(Grammar.ofRegex("a+b{1,2}"), vocabulary, List.of(4));
        assertArrayEquals(new float[] {1, 1, NO, NO, NO, 1, NO}, masked(matcher, 7));
        matcher.accept(1);
        assertTrue(matcher.isComplete());
        assertFalse(matcher.isFinished());
        assertArrayEquals(new float[] {NO, NO, 1, NO, 1, NO}, masked(matcher, 6));
        GrammarMatcher other = matcher.copy();
        matcher.accept(2);
        assertTrue(matcher.isFinished());
        assertArrayEquals(new float[] {NO, NO, NO, NO, 1, NO}, masked(matcher, 6));
        assertFalse(other.isFinished());
        other.accept(4);
        assertTrue(other.isFinished());
        assertArrayEquals(new float[] {NO, NO, NO, NO, 1, NO}, masked(other, 6));
    }

    @Test
    void whatAnnouncesSomethingElseLeavesTheGrammarIfItComesFirst() {
        GrammarVocabulary vocabulary = TestVocabulary.ofTexts("a", "b", "", "");
        GrammarMatcher left = new GrammarMatcher(Grammar.ofRegex("ab"), vocabulary, List.of(2), List.of(3));
        GrammarMatcher stayed = left.copy();
        assertArrayEquals(new float[] {1, NO, NO, 1}, masked(left, 4));
        left.accept(3);
        assertArrayEquals(new float[] {1, 1, 1, 1}, masked(left, 4));
        left.accept(1);
        assertTrue(left.isComplete());
        assertFalse(left.isFinished());
        left.accept(2);
        assertTrue(left.isFinished());
        stayed.accept(0);
        assertArrayEquals(new float[] {NO, 1, NO, NO}, masked(stayed, 4));
        assertThrows(IllegalArgumentException.class, () -> stayed.accept(3));
    }

    @Test
    void refusesTokensThatCannotFollowAndStaysWhereItWas() {
        GrammarVocabulary vocabulary = TestVocabulary.ofTexts("a", "b", "");
        GrammarMatcher matcher = new GrammarMatcher(Grammar.ofRegex("ab"), vocabulary, List.of(2));
        for (int token : new int[] {1, 2, 3, -1}) {
            assertThrows(IllegalArgumentException.class, () -> matcher.accept(token));
        }
        matcher.accept(0);
        matcher.accept(1);
        matcher.accept(2);
        assertThrows(IllegalArgumentException.class, () -> matcher.accept(0));
        assertThrows(IllegalArgumentException.class, () -> matcher.mask(new float[2]));
        assertThrows(
                IllegalArgumentException.class,
                () -> new GrammarMatcher(Grammar.ofRegex("ab"), vocabulary, List.of(3)));
    }

    @Test
    void anEndTokenIsNeverText() {
        GrammarVocabulary vocabulary = TestVocabulary.ofTexts("a", "b");
        GrammarMatcher matcher = new GrammarMatcher(Grammar.ofRegex("b*a"), vocabulary, List.of(1));
        assertArrayEquals(new float[] {1, NO}, masked(matcher, 2));
        matcher.accept(0);
        assertArrayEquals(new float[] {NO, 1}, masked(matcher, 2));
    }

    @Test
    void tokensMayEndWithinACharacter() {
        byte[] character = "中".getBytes(StandardCharsets.UTF_8);
        List<byte[]> tokens = new ArrayList<>();
        for (byte b : character) {
            tokens.add(new byte[] {b});
        }
        tokens.add(new byte[] {character[0], character[1]});
        tokens.add(new byte[] {character[2], '!'});
        tokens.add(new byte[0]);
        GrammarMatcher matcher = new GrammarMatcher(Grammar.ofRegex(".!?"), TestVocabulary.of(tokens), List.of(5));
        assertArrayEquals(new float[] {1, NO, NO, 1, NO, NO}, masked(matcher, 6));
        matcher.accept(3);
        assertArrayEquals(new float[] {NO, 1, 1, NO, 1, NO}, masked(matcher, 6));
        matcher.accept(4);
        assertTrue(matcher.isFinished());
    }

    @Test
    void saysWhatAVocabularyCannotSpell() {
        GrammarVocabulary vocabulary = TestVocabulary.ofTexts("a", "");
        GrammarMatcher matcher = new GrammarMatcher(Grammar.ofRegex("ab"), vocabulary, List.of(1));
        matcher.accept(0);
        assertThrows(GrammarException.class, () -> masked(matcher, 2));
    }

    /** Masks by kinds of text have to be the same as those of each token, also where a grammar takes only some of it. */
    @Test
    void masksAreThoseOfEachToken() {
        List<byte[]> tokens = new ArrayList<>();
        Random random = new Random(4);
        String alphabet =
                "abzZ09 ~!\"\\\n\u007F\u0085\u00A0é\u2027\u2028\u2029\u202A中\uD7FF\uE000\uD83D\uDE00\u0800\u07FF";
        for (int i = 0; i < 3000; i++) {
            if (i < 256) {
                tokens.add(new byte[] {(byte) i});
                continue;
            }
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(24); j >= 0; j--) {
                text.append(
                        random.nextInt(12) == 0
                                ? alphabet.charAt(random.nextInt(alphabet.length()))
                                : "ab0".charAt(random.nextInt(3)));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            tokens.add(Arrays.copyOfRange(bytes, 0, random.nextInt(bytes.length) + 1));
        }
        tokens.add(new byte[0]);
        GrammarVocabulary vocabulary = TestVocabulary.of(tokens);
        for (String regex : List.of(
                ".*",
                ".{0,5}",
                ".{0,20}",
                "[^\\n]*b",
                "\\w{2,9}é?",
                "[a-z]*",
                "[^\"\\\\]{3}.*",
                "[^é]*",
                "(ab|.){0,3}0*")) {
            GrammarMatcher matcher = new GrammarMatcher(Grammar.ofRegex(regex), vocabulary, List.of(3000));
            for (int step = 0; step < 4; step++) {
                float[] logits = masked(matcher, 3001);
                List<Integer> allowed = new ArrayList<>();
                for (int token = 0; token < 3000; token++) {
                    assertEquals(matcher.allows(token), logits[token] != NO, regex + ", token " + token);
                    if (logits[token] != NO) {
                        allowed.add(token);
                    }
                }
                if (!allowed.isEmpty()) {
                    matcher.accept(allowed.get(random.nextInt(allowed.size())));
                }
            }
        }
    }

    @Test
    void grammarsAreSharedByThreads() throws InterruptedException, ExecutionException {
        Grammar grammar = Grammar.ofJsonSchema("{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":30}}");
        GrammarVocabulary vocabulary = TestVocabulary.random(new Random(1), 300);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Random random = new Random(i);
                runs.add(threads.submit(() -> Walk.text(grammar, vocabulary, random)));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        }
    }

    @Test
    void grammarsAreEqualByTheirSource() {
        assertEquals(Grammar.ofRegex("a"), Grammar.ofRegex("a"));
        assertEquals(Grammar.ofRegex("a").hashCode(), Grammar.ofRegex("a").hashCode());
        assertNotEquals(Grammar.ofRegex("a"), Grammar.ofRegex("b"));
        assertNotEquals(Grammar.ofJsonSchema("{}"), Grammar.json());
    }
}
