// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.ROWS;
import static dev.llamapanama.tensor.cpu.PackedLayout.UNIT;

import java.lang.foreign.MemorySegment;

/**
 * What {@link PackedProduct} computes, to the last bit, in loops without vectors: as long as the JIT hasn't compiled those of vectors, these are a
 * hundred times as fast.
 */
final class ColdProduct {
    private final PackedLayout layout;
    private final int rows;
    private final int cols;
    private final int tokens;
    private final int[] x;
    private final float[] scalesOfX;
    private final int[] sumsOfX;
    private final float[] out;
    private final boolean add;
    private final Unpacker unpacker;
    private final int[] quants;
    private final float[] scales;
    private final float[] minima;
    private final float[] products;

    ColdProduct(PackedLayout layout, int rows, int cols, Activations x, float[] out, boolean add) {
        this.layout = layout;
        this.rows = rows;
        this.cols = cols;
        this.out = out;
        tokens = x.tokens();
        this.add = add;
        this.x = new int[tokens * cols];
        scalesOfX = new float[tokens * cols / UNIT];
        for (int i = 0; i < scalesOfX.length; i++) {
            scalesOfX[i] = Rounding.round(x.original(), i * UNIT, this.x, i * UNIT);
        }
        sumsOfX = new int[tokens * cols / layout.subBlock()];
        for (int i = 0; i < this.x.length; i++) {
            sumsOfX[i / layout.subBlock()] += this.x[i];
        }
        unpacker = new Unpacker(layout, cols);
        quants = new int[cols];
        scales = new float[cols / layout.subBlock()];
        minima = new float[layout.minimum() ? scales.length : 0];
        products = new float[tokens];
    }

    /** Multiplies a group. */
    void multiply(MemorySegment w, long offset, int group) {
        unpacker.load(w, offset);
        int first = group * ROWS;
        for (int row = 0; row < Math.min(ROWS, rows - first); row++) {
            unpack(row);
            for (int token = 0; token < tokens; token++) {
                products[token] = product(token * cols);
            }
            store(first + row);
        }
    }

    private void unpack(int row) {
        unpacker.quants(row, quants);
        for (int sub = 0; sub < scales.length; sub++) {
            scales[sub] = unpacker.scale(row, sub);
            if (layout.minimum()) {
                minima[sub] = Math.fma(scales[sub], layout.centre(), unpacker.minimum(row, sub));
            }
        }
    }

    private float product(int token) {
        float sum = 0;
        for (int sub = 0; sub < scales.length; sub++) {
            int col = sub * layout.subBlock();
            int at = (token + col) / layout.subBlock();
            float scaleOfX = scalesOfX[(token + col) / UNIT];
            int products = -layout.centre() * sumsOfX[at];
            for (int i = col; i < col + layout.subBlock(); i++) {
                products += quants[i] * x[token + i];
            }
            sum = Math.fma(products * scaleOfX, scales[sub], sum);
            if (layout.minimum()) {
                sum = Math.fma(minima[sub], scaleOfX * sumsOfX[at], sum);
            }
        }
        return sum;
    }

    private void store(int row) {
        for (int token = 0; token < tokens; token++) {
            int at = token * rows + row;
            out[at] = add ? out[at] + products[token] : products[token];
        }
    }
}
