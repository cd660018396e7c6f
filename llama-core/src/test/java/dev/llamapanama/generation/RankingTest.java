// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingTest {

    @Test
    void isTheOrderOfAStableSort() {
        Random random = new Random(5);
        for (int round = 0; round < 300; round++) {
            float[] logits = new float[1 + random.nextInt(200)];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = round % 3 == 0 ? random.nextInt(5) - 2 : (float) random.nextGaussian();
            }
            int[] expected = stableSort(logits);
            for (int count : new int[] {1, 1 + random.nextInt(logits.length), logits.length}) {
                assertArrayEquals(Arrays.copyOf(expected, count), Ranking.best(logits, count));
            }
            assertArrayEquals(expected, Ranking.descending(logits, token -> true));
            assertArrayEquals(
                    IntStream.of(expected).filter(token -> token % 2 == 0).toArray(),
                    Ranking.descending(logits, token -> token % 2 == 0));
        }
    }

    @Test
    void infinitiesAndBothZerosHaveTheirPlaces() {
        float[] logits = {-0f, Float.NEGATIVE_INFINITY, 0f, Float.POSITIVE_INFINITY, -Float.MIN_VALUE, Float.MAX_VALUE};

        assertArrayEquals(new int[] {3, 5, 0, 2, 4, 1}, Ranking.best(logits, 6));
        assertArrayEquals(new int[] {3, 5, 0, 2, 4, 1}, Ranking.descending(logits, token -> true));
    }

    private static int[] stableSort(float[] logits) {
        return IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer token) -> -logits[token] + 0.0))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
