// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;

/**
 * Activations for plain weights, where there are enough tokens to fill vectors of them: tiles of {@link #WIDTH} tokens side by side,
 * {@link #CHUNK} columns after another. Within a chunk come first the columns whose sums the kernel for one token keeps in its first lane,
 * then those of the second, so that both sum up in the same order.
 */
final class Transposition implements Preparation {
    /** Tokens of a tile. */
    static final int WIDTH = 2 * COUNT;
    /** Columns of a chunk, a multiple of every width. */
    static final int CHUNK = 512;

    @Override
    public boolean isNeeded(int tokens) {
        return tokens >= WIDTH;
    }

    @Override
    public boolean replacesValues() {
        return false;
    }

    static int tiles(int tokens) {
        return (tokens + WIDTH - 1) / WIDTH;
    }

    /** Columns that fill whole vectors. */
    static int whole(int cols) {
        return cols / COUNT * COUNT;
    }

    /** Where a chunk of a tile begins. */
    static int start(int tile, int chunk, int cols) {
        return (tile * whole(cols) + chunk) * WIDTH;
    }

    @Override
    public int derivedSize(int tokens, int cols) {
        return isNeeded(tokens) ? tiles(tokens) * WIDTH * whole(cols) : 0;
    }

    @Override
    public void prepare(int worker, int workers, float[] x, int tokens, int cols, float[] values, float[] derived) {
        int padded = tiles(tokens) * WIDTH;
        int end = WorkerPool.share(padded, worker + 1, workers);
        for (int token = WorkerPool.share(padded, worker, workers); token < end; token++) {
            for (int chunk = 0; chunk < whole(cols); chunk += CHUNK) {
                int count = Math.min(CHUNK, whole(cols) - chunk);
                int to = start(token / WIDTH, chunk, cols) + token % WIDTH;
                copy(x, token < tokens ? token * cols + chunk : -1, count, derived, to);
            }
        }
    }

    /** Copies one token of a chunk, or zeros. */
    private static void copy(float[] x, int from, int count, float[] derived, int to) {
        int steps = count / COUNT;
        for (int i = 0; i < steps; i++) {
            for (int lane = 0; lane < COUNT; lane++) {
                derived[to + (lane * steps + i) * WIDTH] = from < 0 ? 0 : x[from + i * COUNT + lane];
            }
        }
    }
}
