// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.EmbeddingOptions.Pooling;
import dev.llamapanama.engine.Cancellation;
import dev.llamapanama.engine.InferenceEngine;
import dev.llamapanama.engine.KvSequence;
import java.util.List;
import java.util.concurrent.Callable;

/** Makes vectors of texts, side by side. */
record Embedding(InferenceEngine engine, int dim, EmbeddingOptions options) {

    List<float[]> of(List<int[]> texts) {
        texts.forEach(this::check);
        return SideBySide.run(
                texts.stream().<Callable<float[]>>map(ids -> () -> of(ids)).toList());
    }

    private void check(int[] ids) {
        if (ids.length == 0 || ids.length > engine.contextLength()) {
            throw new IllegalArgumentException("text: found " + ids.length + " tokens, expected 1 to "
                    + engine.contextLength() + ", the context length");
        }
    }

    private float[] of(int[] ids) {
        Sum sum = new Sum(dim);
        try (KvSequence sequence =
                engine.newSequence(ids.length, Adapter.chosen(options.adapter(), engine), Cancellation.never())) {
            engine.states(sequence, ids, options.pooling() == Pooling.LAST ? 1 : ids.length, sum::add);
        }
        return sum.scaled(options.normalised() ? sum.length() : sum.count);
    }

    /** In double precision, so that long texts lose nothing. */
    private static final class Sum {
        private final double[] values;
        private int count;

        Sum(int dim) {
            values = new double[dim];
        }

        void add(float[] state) {
            for (int i = 0; i < values.length; i++) {
                values[i] += state[i];
            }
            count++;
        }

        double length() {
            double squares = 0;
            for (double value : values) {
                squares += value * value;
            }
            return Math.sqrt(squares);
        }

        /** Zeros stay zeros. */
        float[] scaled(double divisor) {
            float[] scaled = new float[values.length];
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] = divisor == 0 ? 0 : (float) (values[i] / divisor);
            }
            return scaled;
        }
    }
}
