// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
import static dev.llamapanama.tensor.cpu.Transposition.CHUNK;
import static dev.llamapanama.tensor.cpu.Transposition.WIDTH;

/**
 * Products of plain weights and many tokens. Lanes are tokens: a chunk of a few rows is decoded as it is stored and multiplied with all
 * tiles of transposed tokens. For each row and token there are as many sums as the kernel for one token has lanes, folded in its
 * order, so that both give the same bits.
 */
final class PlainProduct extends DecodedProduct {
    /** Rows that are decoded together. */
    private static final int ROWS = 16;
    /** Rows of a tile: as many as there are registers for their sums. */
    private static final int TALL = COUNT == 16 ? 8 : 4;

    private static final int INTERLEAVED = ROWS * CHUNK;
    private static final int SUMS = 2 * INTERLEAVED;

    private final Transposition transposition;
    private final int tiles;

    PlainProduct(VectorMatrixKernel kernel, StoredWeights w, Activations x, float[] out, boolean add, float[] scratch) {
        super(kernel, w, x, out, add, scratch, ROWS, CHUNK);
        transposition = kernel.preparation();
        tiles = Transposition.tiles(x.tokens());
    }

    /** Decoded rows, then the same {@code [row / TALL][lane][column / COUNT][row % TALL]}, then the sums {@code [tile][row / TALL][lane][row % TALL][token]}. */
    static int scratchSize(int tokens) {
        return SUMS + Transposition.tiles(tokens) * ROWS * COUNT * WIDTH;
    }

    @Override
    int sumsStart() {
        return SUMS;
    }

    @Override
    int sumsEnd() {
        return scratchSize(x.tokens());
    }

    @Override
    void finish(int row, int rows) {
        for (int tile = 0; tile < tiles; tile++) {
            for (int r = 0; r < rows; r++) {
                fold(row + r, tile, sums(tile, r));
            }
        }
    }

    @Override
    void multiplyChunk(int rows, int chunk, int count) {
        int steps = count / COUNT;
        for (int r = 0; r < rows; r += TALL) {
            interleave(r, steps);
        }
        for (int tile = 0; tile < tiles; tile++) {
            int panel = transposition.start(tile, chunk, cols);
            for (int lane = 0; lane < COUNT; lane++) {
                int p = panel + lane * steps * WIDTH;
                for (int r = 0; r < rows; r += TALL) {
                    int from = interleaved(r) + lane * steps * TALL;
                    int to = sums(tile, r) + lane * TALL * WIDTH;
                    if (TALL == 8) {
                        Tiles.interleaved8(x.derived(), p, scratch, from, steps, scratch, to);
                    } else {
                        Tiles.interleaved4(x.derived(), p, scratch, from, steps, scratch, to);
                    }
                }
            }
        }
    }

    /** Puts the decoded rows of a tile side by side, first all columns of the first lane. */
    private void interleave(int row, int steps) {
        for (int t = 0; t < TALL; t++) {
            int from = (row + t) * CHUNK;
            for (int lane = 0; lane < COUNT; lane++) {
                int to = interleaved(row) + lane * steps * TALL + t;
                for (int i = 0; i < steps; i++) {
                    scratch[to + i * TALL] = scratch[from + i * COUNT + lane];
                }
            }
        }
    }

    private static int interleaved(int row) {
        return INTERLEAVED + row * CHUNK;
    }

    /** Where the sums of a row and a tile begin; those of its next lane are a row of a tile's sums away. */
    private static int sums(int tile, int row) {
        return SUMS + (tile * ROWS + row / TALL * TALL) * COUNT * WIDTH + row % TALL * WIDTH;
    }

    private void fold(int row, int tile, int sums) {
        for (int half = COUNT / 2; half > 0; half /= 2) {
            for (int lane = 0; lane < half; lane++) {
                add(sums + lane * TALL * WIDTH, sums + (lane + half) * TALL * WIDTH);
            }
        }
        int end = Math.min(x.tokens(), (tile + 1) * WIDTH);
        for (int token = tile * WIDTH; token < end; token++) {
            store(row, token, scratch[sums + token - tile * WIDTH]);
        }
    }

    private void add(int to, int from) {
        for (int i = 0; i < WIDTH; i++) {
            scratch[to + i] += scratch[from + i];
        }
    }
}
