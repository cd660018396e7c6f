// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Tokens in the order of their logits, greatest first and of equal ones the first first. A token and its logit are packed into one
 * number whose natural order is that order: vocabularies are too large to sort objects for each token.
 */
final class Ranking {
    private Ranking() {}

    /** The {@code count} best tokens. */
    static int[] best(float[] logits, int count) {
        if (count > logits.length / 16) {
            return tokens(Arrays.copyOf(sorted(logits, token -> true), count));
        }
        if (count == 0) {
            return new int[0];
        }
        long[] best = new long[count];
        int size = 0;
        for (int token = 0; token < logits.length; token++) {
            long key = key(logits, token);
            if (size < count || key < best[size - 1]) {
                int at = -Arrays.binarySearch(best, 0, size, key) - 1;
                size = Math.min(size + 1, count);
                System.arraycopy(best, at, best, at + 1, size - at - 1);
                best[at] = key;
            }
        }
        return tokens(best);
    }

    /** All tokens of which the condition holds. */
    static int[] descending(float[] logits, IntPredicate condition) {
        return tokens(sorted(logits, condition));
    }

    private static long[] sorted(float[] logits, IntPredicate condition) {
        return IntStream.range(0, logits.length)
                .filter(condition)
                .mapToLong(token -> key(logits, token))
                .sorted()
                .toArray();
    }

    private static long key(float[] logits, int token) {
        int bits = Float.floatToIntBits(logits[token] + 0f); // of the two zeros only one
        int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
        return ((long) ~ascending << 32) | token;
    }

    private static int[] tokens(long[] keys) {
        return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
    }
}
