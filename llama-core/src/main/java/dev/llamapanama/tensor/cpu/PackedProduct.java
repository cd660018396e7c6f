// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
import static dev.llamapanama.tensor.cpu.PackedLayout.CHUNK;
import static dev.llamapanama.tensor.cpu.PackedLayout.ROWS;
import static dev.llamapanama.tensor.cpu.PackedLayout.UNIT;

import dev.llamapanama.tensor.Epilogue;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Products of packed weights. One token: straight from memory, groups from places far apart at once, because memory delivers several far
 * streams faster than one. Several tokens: panels of {@link #PANEL_COLUMNS} columns are decoded once into the first cache and
 * multiplied with all tokens, a tile of a few tokens at a time.
 */
final class PackedProduct {
    /** A multiple of every block. */
    private static final int PANEL_COLUMNS = 256;
    /** Rows of a panel: two vectors, and whole groups. */
    static final int WIDTH = Math.max(ROWS, 2 * COUNT);

    private final PackedKernel kernel;
    private final PackedLayout layout;
    private final int rows;
    private final int cols;
    private final Activations x;
    private final float[] out;
    private final boolean add;
    private final float[] scratch;
    private final long groupBytes;
    private final int scales;
    private final int minima;
    private final int sums;

    PackedProduct(
            PackedKernel kernel, int rows, int cols, Activations x, float[] out, Epilogue epilogue, float[] scratch) {
        this.kernel = kernel;
        this.layout = kernel.layout();
        this.rows = rows;
        this.cols = cols;
        this.x = x;
        this.out = out;
        this.add = epilogue == Epilogue.ADD;
        this.scratch = scratch;
        groupBytes = layout.groupBytes(cols);
        scales = PANEL_COLUMNS * WIDTH;
        minima = scales + PANEL_COLUMNS / layout.subBlock() * WIDTH;
        sums = minima + PANEL_COLUMNS / layout.subBlock() * WIDTH;
    }

    /**
     * Where the prepared activations of a tile are, from a column on. Those of a panel lie together for all tokens: whole rows apart they would share
     * few sets of the caches.
     */
    static int tileAt(int token, int tile, int col, int cols, int tokens) {
        int panel = col / PANEL_COLUMNS * PANEL_COLUMNS;
        int width = Math.min(PANEL_COLUMNS, cols - panel);
        return panel * Activations.padded(tokens) + token * width + (col - panel) * tile;
    }

    static int scratchSize(PackedLayout layout, int tokens) {
        int panel = PANEL_COLUMNS + 2 * PANEL_COLUMNS / layout.subBlock();
        return (panel + Activations.padded(tokens)) * WIDTH + PackedKernel.SCRATCH;
    }

    /** Multiplies so many groups, the first of which lies at the beginning of the memory. */
    void multiply(MemorySegment w, int firstGroup, int groups) {
        Readiness readiness = kernel.readiness(x.tokens());
        int done = readiness.isReady() ? 0 : multiplyWithLoops(w, firstGroup, groups, readiness);
        if (done < groups) {
            MemorySegment rest = done == 0 ? w : w.asSlice(done * groupBytes);
            multiplyWithVectors(rest, firstGroup + done, groups - done);
        }
    }

    void multiplyWithVectors(MemorySegment w, int firstGroup, int groups) {
        if (x.tokens() == 1) {
            matVec(w, firstGroup, groups);
        } else {
            matMul(w, firstGroup, groups);
        }
    }

    /** Multiplies until the kernel is ready, and returns how many groups have been done by then. */
    int multiplyWithLoops(MemorySegment w, int firstGroup, int groups, Readiness readiness) {
        ColdProduct product = new ColdProduct(layout, rows, cols, x, out, add);
        int done = 0;
        for (; done < groups && !readiness.isReady(); done++) {
            product.multiply(w, done * groupBytes, firstGroup + done);
        }
        readiness.missed((long) done * ROWS * cols * x.tokens());
        return done;
    }

    private void matVec(MemorySegment w, int first, int groups) {
        int together = kernel.groups();
        int far = groups / together;
        for (int group = 0; group < far; group++) {
            farGroups(w, group, far);
            for (int g = 0; g < together; g++) {
                store(first + group + g * far, 0, g * ROWS);
            }
        }
        for (int group = far * together; group < groups; group++) {
            farGroups(w, group, 0);
            store(first + group, 0, 0);
        }
    }

    private void farGroups(MemorySegment w, int group, int distance) {
        long step = distance * groupBytes;
        Arrays.fill(scratch, 0, PackedKernel.SCALES, 0);
        for (int col = 0; col < cols; col += CHUNK) {
            int count = Math.min(CHUNK, cols - col);
            long at = group * groupBytes + layout.headerAt(col);
            long units = group * groupBytes + layout.unitAt(col, cols);
            kernel.scales(w, at, step, count / layout.type().blockSize(), scratch);
            kernel.matVec(w, units, step, x, col, count / UNIT, scratch);
        }
    }

    private void matMul(MemorySegment w, int first, int groups) {
        int wide = WIDTH / ROWS;
        for (int group = 0; group < groups; group += wide) {
            int count = Math.min(wide, groups - group);
            Arrays.fill(scratch, sums, sums + Activations.padded(x.tokens()) * WIDTH, 0);
            for (int col = 0; col < cols; col += PANEL_COLUMNS) {
                int end = Math.min(cols, col + PANEL_COLUMNS);
                for (int g = 0; g < count; g++) {
                    panel(w, (group + g) * groupBytes, col, end, g * ROWS);
                }
                multiplyPanel(col, end - col);
            }
            for (int token = 0; token < x.tokens(); token++) {
                for (int g = 0; g < count; g++) {
                    store(first + group + g, token, sums + token * WIDTH + g * ROWS);
                }
            }
        }
    }

    private void panel(MemorySegment w, long group, int from, int to, int start) {
        long at = group + layout.headerAt(from);
        long units = group + layout.unitAt(from, cols);
        kernel.panel(w, at, units, (to - from) / UNIT, scratch, start, scales, minima);
    }

    private void multiplyPanel(int col, int count) {
        int step = 0;
        for (int token = 0; token < x.tokens(); token += step) {
            step = Lanes.tileTokens(x.tokens() - token);
            for (int vector = 0; vector < WIDTH; vector += 2 * COUNT) {
                multiplyTile(step, token, col, count, vector);
            }
        }
    }

    private void multiplyTile(int tokens, int token, int col, int count, int p) {
        float[] x = this.x.values();
        int xo = tileAt(token, tokens, col, cols, this.x.tokens());
        float[] f = this.x.derived();
        int fo = Rounding.FACTORS * xo / layout.subBlock();
        float[] s = scratch;
        int to = sums + token * WIDTH + p;
        int sc = scales + p;
        int mi = minima + p;
        switch ((tokens == 8 ? 4 : 0) + (layout.subBlock() == 32 ? 2 : 0) + (layout.minimum() ? 1 : 0)) {
            case 0 -> Tiles.packed4x16(s, p, WIDTH, sc, mi, x, xo, count, f, fo, s, to);
            case 1 -> Tiles.packed4x16Minimum(s, p, WIDTH, sc, mi, x, xo, count, f, fo, s, to);
            case 2 -> Tiles.packed4x32(s, p, WIDTH, sc, mi, x, xo, count, f, fo, s, to);
            case 3 -> Tiles.packed4x32Minimum(s, p, WIDTH, sc, mi, x, xo, count, f, fo, s, to);
            case 4 -> Tiles.packed8x16(s, p, WIDTH, sc, mi, x, xo, count, f, fo, s, to);
            case 5 -> Tiles.packed8x16Minimum(s, p, WIDTH, sc, mi, x, xo, count, f, fo, s, to);
            case 6 -> Tiles.packed8x32(s, p, WIDTH, sc, mi, x, xo, count, f, fo, s, to);
            default -> Tiles.packed8x32Minimum(s, p, WIDTH, sc, mi, x, xo, count, f, fo, s, to);
        }
    }

    /** Takes the sums of a group over to the output; the last group may have rows that are none. */
    private void store(int group, int token, int from) {
        int row = group * ROWS;
        int to = token * rows + row;
        int count = Math.min(ROWS, rows - row);
        if (add) {
            for (int i = 0; i < count; i++) {
                out[to + i] += scratch[from + i];
            }
        } else {
            System.arraycopy(scratch, from, out, to, count);
        }
    }
}
