// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shapes of this machine, in a class of their own so that others can load before they are known to work, and what all loops share: only
 * operations that give the same bits interpreted and compiled.
 */
public final class Lanes {
    static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    /** The preferred one; of vectors beyond 512 bits only a part, since a page of keys is no wider. */
    public static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;
    /** Floats of a vector. */
    public static final int COUNT = FLOATS.length();
    /** As many integers. */
    static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);
    /** As many 16-bit numbers, in half the bits. */
    static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

    /** At least as many bytes, of which the first are used. */
    static final VectorSpecies<Byte> BYTES = COUNT == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
    /** Vectors of a group of packed rows. */
    static final int PARTS = PackedLayout.ROWS / COUNT;

    private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(FLOATS, 8, 1, true);
    private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(FLOATS, 4, 1, true);
    private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(FLOATS, 2, 1, true);
    private static final VectorShuffle<Float> BY_1 = VectorShuffle.iota(FLOATS, 1, 1, true);

    private Lanes() {}

    /** Tokens of the next tile where so many are left: as many as there are registers for their sums. */
    static int tileTokens(int left) {
        return COUNT == 16 && left > 4 ? 8 : 4;
    }

    static int bits() {
        return FLOATS.vectorBitSize();
    }

    /** The lanes that lie before the end of a loop. */
    public static VectorMask<Float> rest(int i, int end) {
        return FLOATS.indexInRange(i, end);
    }

    /**
     * The sum of the lanes, by halves. {@code reduceLanes} would leave the order open, and the JIT takes another one
     * than the interpreter.
     */
    public static float sum(FloatVector x) {
        FloatVector y = COUNT > 8 ? x.add(x.rearrange(BY_8)) : x;
        y = COUNT > 4 ? y.add(y.rearrange(BY_4)) : y;
        y = COUNT > 2 ? y.add(y.rearrange(BY_2)) : y;
        return y.add(y.rearrange(BY_1)).lane(0);
    }

    /** The sum of the {@link #COUNT} floats at {@code b[o]}, by halves. */
    static float fold(float[] b, int o) {
        return sum(FloatVector.fromArray(FLOATS, b, o));
    }

    /**
     * e^x to 2 units in the last place, by the polynomial of the Cephes library ({@code expf}); bounded to what a float
     * holds. The operator {@code EXP} of the Vector API gives other bits when interpreted than when compiled.
     */
    public static FloatVector exp(FloatVector x) {
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
