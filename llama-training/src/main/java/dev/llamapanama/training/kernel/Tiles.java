// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * The micro-kernels of the matrix product: {@link #TALL} rows times two vectors of columns, each sum in a register of its own. Both
 * factors are packed depth by depth. With more rows than these C2 spills: of 16 registers 4x2 reach the peak, 6x2 less than half.
 */
final class Tiles {
    /** Rows of a tile, whose factors are broadcast. */
    static final int TALL = COUNT == 16 ? 8 : 4;
    /** Columns of a tile. */
    static final int WIDE = 2 * COUNT;

    private Tiles() {}

    /**
     * One tile.
     *
     * @param a packed {@code [depth][TALL]} from {@code ao} on
     * @param b packed {@code [depth][WIDE]} from {@code bo} on
     * @param c takes the products, or has them added, in rows that lie {@code ldc} apart
     */
    static void multiply(float[] a, int ao, float[] b, int bo, int depth, float[] c, int co, int ldc, boolean add) {
        if (TALL == 8) {
            multiply8(a, ao, b, bo, depth, c, co, ldc, add);
        } else {
            multiply4(a, ao, b, bo, depth, c, co, ldc, add);
        }
    }

    private static void multiply4(
            float[] a, int ao, float[] b, int bo, int depth, float[] c, int co, int ldc, boolean add) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        FloatVector s30 = FloatVector.zero(FLOATS);
        FloatVector s31 = FloatVector.zero(FLOATS);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, bo + k * WIDE);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, bo + k * WIDE + COUNT);
            FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + k * 4]);
            s00 = b0.fma(a0, s00);
            s01 = b1.fma(a0, s01);
            FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + k * 4 + 1]);
            s10 = b0.fma(a1, s10);
            s11 = b1.fma(a1, s11);
            FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + k * 4 + 2]);
            s20 = b0.fma(a2, s20);
            s21 = b1.fma(a2, s21);
            FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + k * 4 + 3]);
            s30 = b0.fma(a3, s30);
            s31 = b1.fma(a3, s31);
        }
        if (add) {
            FloatVector.fromArray(FLOATS, c, co).add(s00).intoArray(c, co);
            FloatVector.fromArray(FLOATS, c, co + COUNT).add(s01).intoArray(c, co + COUNT);
            FloatVector.fromArray(FLOATS, c, co + 1 * ldc).add(s10).intoArray(c, co + 1 * ldc);
            FloatVector.fromArray(FLOATS, c, co + 1 * ldc + COUNT).add(s11).intoArray(c, co + 1 * ldc + COUNT);
            FloatVector.fromArray(FLOATS, c, co + 2 * ldc).add(s20).intoArray(c, co + 2 * ldc);
            FloatVector.fromArray(FLOATS, c, co + 2 * ldc + COUNT).add(s21).intoArray(c, co + 2 * ldc + COUNT);
            FloatVector.fromArray(FLOATS, c, co + 3 * ldc).add(s30).intoArray(c, co + 3 * ldc);
            FloatVector.fromArray(FLOATS, c, co + 3 * ldc + COUNT).add(s31).intoArray(c, co + 3 * ldc + COUNT);
        } else {
            s00.intoArray(c, co);
            s01.intoArray(c, co + COUNT);
            s10.intoArray(c, co + 1 * ldc);
            s11.intoArray(c, co + 1 * ldc + COUNT);
            s20.intoArray(c, co + 2 * ldc);
            s21.intoArray(c, co + 2 * ldc + COUNT);
            s30.intoArray(c, co + 3 * ldc);
            s31.intoArray(c, co + 3 * ldc + COUNT);
        }
    }

    private static void multiply8(
            float[] a, int ao, float[] b, int bo, int depth, float[] c, int co, int ldc, boolean add) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        FloatVector s30 = FloatVector.zero(FLOATS);
        FloatVector s31 = FloatVector.zero(FLOATS);
        FloatVector s40 = FloatVector.zero(FLOATS);
        FloatVector s41 = FloatVector.zero(FLOATS);
        FloatVector s50 = FloatVector.zero(FLOATS);
        FloatVector s51 = FloatVector.zero(FLOATS);
        FloatVector s60 = FloatVector.zero(FLOATS);
        FloatVector s61 = FloatVector.zero(FLOATS);
        FloatVector s70 = FloatVector.zero(FLOATS);
        FloatVector s71 = FloatVector.zero(FLOATS);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, bo + k * WIDE);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, bo + k * WIDE + COUNT);
            FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + k * 8]);
            s00 = b0.fma(a0, s00);
            s01 = b1.fma(a0, s01);
            FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + k * 8 + 1]);
            s10 = b0.fma(a1, s10);
            s11 = b1.fma(a1, s11);
            FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + k * 8 + 2]);
            s20 = b0.fma(a2, s20);
            s21 = b1.fma(a2, s21);
            FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + k * 8 + 3]);
            s30 = b0.fma(a3, s30);
            s31 = b1.fma(a3, s31);
            FloatVector a4 = FloatVector.broadcast(FLOATS, a[ao + k * 8 + 4]);
            s40 = b0.fma(a4, s40);
            s41 = b1.fma(a4, s41);
            FloatVector a5 = FloatVector.broadcast(FLOATS, a[ao + k * 8 + 5]);
            s50 = b0.fma(a5, s50);
            s51 = b1.fma(a5, s51);
            FloatVector a6 = FloatVector.broadcast(FLOATS, a[ao + k * 8 + 6]);
            s60 = b0.fma(a6, s60);
            s61 = b1.fma(a6, s61);
            FloatVector a7 = FloatVector.broadcast(FLOATS, a[ao + k * 8 + 7]);
            s70 = b0.fma(a7, s70);
            s71 = b1.fma(a7, s71);
        }
        if (add) {
            FloatVector.fromArray(FLOATS, c, co).add(s00).intoArray(c, co);
            FloatVector.fromArray(FLOATS, c, co + COUNT).add(s01).intoArray(c, co + COUNT);
            FloatVector.fromArray(FLOATS, c, co + 1 * ldc).add(s10).intoArray(c, co + 1 * ldc);
            FloatVector.fromArray(FLOATS, c, co + 1 * ldc + COUNT).add(s11).intoArray(c, co + 1 * ldc + COUNT);
            FloatVector.fromArray(FLOATS, c, co + 2 * ldc).add(s20).intoArray(c, co + 2 * ldc);
            FloatVector.fromArray(FLOATS, c, co + 2 * ldc + COUNT).add(s21).intoArray(c, co + 2 * ldc + COUNT);
            FloatVector.fromArray(FLOATS, c, co + 3 * ldc).add(s30).intoArray(c, co + 3 * ldc);
            FloatVector.fromArray(FLOATS, c, co + 3 * ldc + COUNT).add(s31).intoArray(c, co + 3 * ldc + COUNT);
            FloatVector.fromArray(FLOATS, c, co + 4 * ldc).add(s40).intoArray(c, co + 4 * ldc);
            FloatVector.fromArray(FLOATS, c, co + 4 * ldc + COUNT).add(s41).intoArray(c, co + 4 * ldc + COUNT);
            FloatVector.fromArray(FLOATS, c, co + 5 * ldc).add(s50).intoArray(c, co + 5 * ldc);
            FloatVector.fromArray(FLOATS, c, co + 5 * ldc + COUNT).add(s51).intoArray(c, co + 5 * ldc + COUNT);
            FloatVector.fromArray(FLOATS, c, co + 6 * ldc).add(s60).intoArray(c, co + 6 * ldc);
            FloatVector.fromArray(FLOATS, c, co + 6 * ldc + COUNT).add(s61).intoArray(c, co + 6 * ldc + COUNT);
            FloatVector.fromArray(FLOATS, c, co + 7 * ldc).add(s70).intoArray(c, co + 7 * ldc);
            FloatVector.fromArray(FLOATS, c, co + 7 * ldc + COUNT).add(s71).intoArray(c, co + 7 * ldc + COUNT);
        } else {
            s00.intoArray(c, co);
            s01.intoArray(c, co + COUNT);
            s10.intoArray(c, co + 1 * ldc);
            s11.intoArray(c, co + 1 * ldc + COUNT);
            s20.intoArray(c, co + 2 * ldc);
            s21.intoArray(c, co + 2 * ldc + COUNT);
            s30.intoArray(c, co + 3 * ldc);
            s31.intoArray(c, co + 3 * ldc + COUNT);
            s40.intoArray(c, co + 4 * ldc);
            s41.intoArray(c, co + 4 * ldc + COUNT);
            s50.intoArray(c, co + 5 * ldc);
            s51.intoArray(c, co + 5 * ldc + COUNT);
            s60.intoArray(c, co + 6 * ldc);
            s61.intoArray(c, co + 6 * ldc + COUNT);
            s70.intoArray(c, co + 7 * ldc);
            s71.intoArray(c, co + 7 * ldc + COUNT);
        }
    }
}
