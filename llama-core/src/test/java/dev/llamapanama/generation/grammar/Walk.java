// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Generates texts by random weights: the model that knows nothing. */
final class Walk {
    /** After so many tokens, those are preferred that tend to end something. */
    private static final int LONG = 40;

    private static final int TOO_LONG = 3000;
    private static final String CLOSERS = "\"}])0123456789efalsnu";

    private final GrammarVocabulary vocabulary;
    private final GrammarMatcher matcher;
    private final Random random;
    private final int end;
    private final boolean thorough;

    /** @param thorough whether to compare each mask with what is said of each token */
    Walk(Grammar grammar, GrammarVocabulary vocabulary, Random random, boolean thorough) {
        this.vocabulary = vocabulary;
        this.random = random;
        this.thorough = thorough;
        end = TestVocabulary.end(vocabulary);
        matcher = new GrammarMatcher(grammar, vocabulary, List.of(end));
    }

    /** A text that is complete; nothing where the weights didn't come to an end. */
    static Optional<String> text(Grammar grammar, GrammarVocabulary vocabulary, Random random) {
        return new Walk(grammar, vocabulary, random, random.nextInt(8) == 0).run();
    }

    Optional<String> run() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 0; i < TOO_LONG; i++) {
            int token = next(i);
            matcher.accept(token);
            if (token == end) {
                assertTrue(matcher.isFinished());
                return Optional.of(decode(text.toByteArray()));
            }
            TokenBytes bytes = vocabulary.index().bytes();
            for (int at = 0; at < bytes.length(token); at++) {
                text.write(bytes.get(token, at));
            }
        }
        return Optional.empty();
    }

    private static String decode(byte[] text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError("not UTF-8", e);
        }
    }

    private int next(int length) {
        float[] logits = new float[vocabulary.size()];
        for (int token = 0; token < logits.length; token++) {
            logits[token] = (float) random.nextGaussian() + bias(token, length);
        }
        float[] before = logits.clone();
        matcher.mask(logits);
        int best = 0;
        for (int token = 1; token < logits.length; token++) {
            best = logits[token] > logits[best] ? token : best;
        }
        assertNotEquals(Float.NEGATIVE_INFINITY, logits[best], "nothing may follow");
        assertEquals(matcher.isComplete(), logits[end] == before[end], "the end is allowed where the text is complete");
        if (thorough) {
            for (int token = 0; token < logits.length; token++) {
                before[token] = matcher.allows(token) ? before[token] : Float.NEGATIVE_INFINITY;
            }
            assertArrayEquals(before, logits);
        }
        return best;
    }

    private float bias(int token, int length) {
        if (token == end) {
            return length < 3 ? -1 : 3;
        }
        TokenBytes bytes = vocabulary.index().bytes();
        boolean closes = bytes.length(token) == 1 && CLOSERS.indexOf(bytes.get(token, 0)) >= 0;
        return length > LONG && closes ? 3 + 5f * (length - LONG) / LONG : 0;
    }
}
