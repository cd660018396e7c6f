// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;

/**
 * Activations for plain weights: in the order of an {@link Arrangement}, and where there are enough tokens to fill vectors of them also
 * transposed, as tiles of {@link #WIDTH} tokens side by side,
 * {@link #CHUNK} columns after another. Within a chunk come first the columns whose sums the kernel for one token keeps in its first lane,
 * then those of the second, so that both sum up in the same order.
 */
record Transposition(Arrangement arrangement) implements Preparation {
    /** Tokens of a tile. */
    static final int WIDTH = 2 * COUNT;
    /** Columns of a chunk, a multiple of every width. */
    static final int CHUNK = 1024;

    @Override
    public boolean isNeeded(int tokens) {
        return replacesValues() || transposes(tokens);
    }

    @Override
    public boolean replacesValues() {
        return !arrangement.equals(Arrangement.AS_STORED);
    }

    static boolean transposes(int tokens) {
        return tokens >= WIDTH;
    }

    static int tiles(int tokens) {
        return (tokens + WIDTH - 1) / WIDTH;
    }

    /** Where a chunk of a tile begins. */
    int start(int tile, int chunk, int cols) {
        return (tile * arrangement.whole(cols) + chunk) * WIDTH;
    }

    @Override
    public int derivedSize(int tokens, int cols) {
        return transposes(tokens) ? tiles(tokens) * WIDTH * arrangement.whole(cols) : 0;
    }

    @Override
    public void prepare(int worker, int workers, float[] x, int cols, Activations target) {
        int tokens = target.tokens();
        int padded = transposes(tokens) ? tiles(tokens) * WIDTH : tokens;
        int end = WorkerPool.share(padded, worker + 1, workers);
        for (int token = WorkerPool.share(padded, worker, workers); token < end; token++) {
            float[] arranged = x;
            if (replacesValues() && token < tokens) {
                arrange(x, token * cols, cols, target.values());
                arranged = target.values();
            }
            if (transposes(tokens)) {
                transpose(arranged, token, token < tokens, cols, target.derived());
            }
        }
    }

    private void arrange(float[] x, int from, int cols, float[] values) {
        int whole = arrangement.whole(cols);
        for (int stretch = from; stretch < from + whole; stretch += 2 * COUNT) {
            for (int i = 0; i < COUNT; i++) {
                values[stretch + i] = x[stretch + 2 * i] * arrangement.factor();
                values[stretch + COUNT + i] = x[stretch + 2 * i + 1] * arrangement.factor();
            }
        }
        System.arraycopy(x, from + whole, values, from + whole, cols - whole);
    }

    private void transpose(float[] x, int token, boolean present, int cols, float[] derived) {
        int whole = arrangement.whole(cols);
        for (int chunk = 0; chunk < whole; chunk += CHUNK) {
            int count = Math.min(CHUNK, whole - chunk);
            int to = start(token / WIDTH, chunk, cols) + token % WIDTH;
            copy(x, present ? token * cols + chunk : -1, count, derived, to);
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
