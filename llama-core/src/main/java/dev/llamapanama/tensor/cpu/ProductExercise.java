// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import java.util.Random;

/**
 * Products with a matrix. It has few columns in the prelude, because the JIT waits for calls; then as many as are usual, because it
 * compiles for loops as long as it has seen.
 */
abstract class ProductExercise implements Readiness.Exercise {
    static final Readiness NEVER = new Readiness.Constant(false);
    /** Fewer make kernels a tenth slower, for good. */
    static final int MOST_COLUMNS = PackedLayout.CHUNK;

    private static final int LEAST_COLUMNS = 64;
    /** Bytes up to this one are halves below 1, so that no sum gets out of hand. */
    private static final int LARGEST = 0x3b;

    private final Random random = new Random(1);
    private final int fewColumns;
    private final Activations few;
    private final Activations many;

    /**
     * @param blockSize of the weights
     */
    ProductExercise(Preparation preparation, int tokens, int blockSize) {
        fewColumns = Math.max(LEAST_COLUMNS, blockSize);
        few = activations(preparation, tokens, fewColumns);
        many = activations(preparation, tokens, MOST_COLUMNS);
    }

    private Activations activations(Preparation preparation, int tokens, int cols) {
        float[] values = new float[Activations.padded(tokens) * cols];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return preparation.prepare(values, tokens, cols);
    }

    /** So many bytes that are plausible weights. */
    final byte[] weights(long bytes) {
        byte[] weights = new byte[Math.toIntExact(bytes)];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (byte) random.nextInt(LARGEST + 1);
        }
        return weights;
    }

    final int tokens() {
        return few.tokens();
    }

    @Override
    public final void prelude() {
        multiplyWithVectors(fewColumns, few);
    }

    @Override
    public final void withVectors() {
        multiplyWithVectors(MOST_COLUMNS, many);
    }

    @Override
    public final void withLoops() {
        multiplyWithLoops(MOST_COLUMNS, many);
    }

    abstract void multiplyWithVectors(int cols, Activations x);

    abstract void multiplyWithLoops(int cols, Activations x);
}
