// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape of this machine and what all loops share. Only operations that give the same bits interpreted and
 * compiled are used, so that a training run can be repeated.
 */
final class Lanes {
    /** The preferred one, up to 512 bits. */
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;
    /** Floats of a vector. */
    static final int COUNT = FLOATS.length();

    private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(FLOATS, 8, 1, true);
    private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(FLOATS, 4, 1, true);
    private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(FLOATS, 2, 1, true);
    private static final VectorShuffle<Float> BY_1 = VectorShuffle.iota(FLOATS, 1, 1, true);

    private Lanes() {}

    /** So many floats, and as many more as fill a vector. */
    static int padded(int count, int multiple) {
        return (count + multiple - 1) / multiple * multiple;
    }

    /** The lanes that lie before the end of a loop. */
    static VectorMask<Float> rest(int i, int end) {
        return FLOATS.indexInRange(i, end);
    }

    /** The sum of the lanes, by halves; {@code reduceLanes} would leave the order open. */
    static float sum(FloatVector x) {
        FloatVector y = COUNT > 8 ? x.add(x.rearrange(BY_8)) : x;
        y = COUNT > 4 ? y.add(y.rearrange(BY_4)) : y;
        y = COUNT > 2 ? y.add(y.rearrange(BY_2)) : y;
        return y.add(y.rearrange(BY_1)).lane(0);
    }

    /**
     * e^x to 2 units in the last place, by the polynomial of the Cephes library ({@code expf}); bounded to what a float
     * holds. The operator {@code EXP} of the Vector API gives other bits when interpreted than when compiled.
     */
    static FloatVector exp(FloatVector x) {
        FloatVector bounded = x.max(-87.3f).min(88.3f);
        FloatVector magic = FloatVector.broadcast(FLOATS, 0x1.8p23f);
        FloatVector rounded = bounded.fma(FloatVector.broadcast(FLOATS, 1.442695f), magic);
        FloatVector k = rounded.sub(magic);
        FloatVector r = k.fma(FloatVector.broadcast(FLOATS, -0.6933594f), bounded);
        r = k.fma(FloatVector.broadcast(FLOATS, 2.1219444e-4f), r);
        FloatVector y = FloatVector.broadcast(FLOATS, 1.9875691e-4f);
        y = y.fma(r, FloatVector.broadcast(FLOATS, 1.3981999e-3f));
        y = y.fma(r, FloatVector.broadcast(FLOATS, 8.333452e-3f));
        y = y.fma(r, FloatVector.broadcast(FLOATS, 4.1665796e-2f));
        y = y.fma(r, FloatVector.broadcast(FLOATS, 0.16666666f));
        y = y.fma(r, FloatVector.broadcast(FLOATS, 0.5f));
        y = y.fma(r.mul(r), r).add(1);
        return y.reinterpretAsInts()
                .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
    }
}
