// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The plainest way to the largest logits. */
public final class Largest {
    private Largest() {}

    public static LargestLogits of(float[] logits, double temperature) {
        int[] ids = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(id -> -(logits[id] + 0.0)))
                .limit(LargestLogits.MOST)
                .mapToInt(id -> id)
                .toArray();
        float[] values = new float[ids.length];
        for (int i = 0; i < ids.length; i++) {
            values[i] = logits[ids[i]];
        }
        return new LargestLogits(ids, values, temperature == 0 ? 1 : total(logits, values[0], temperature));
    }

    private static double total(float[] logits, float max, double temperature) {
        double total = 0;
        for (float logit : logits) {
            total += Math.exp((logit - max) / temperature);
        }
        return total;
    }
}
