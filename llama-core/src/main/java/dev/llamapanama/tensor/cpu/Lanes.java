// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The vector shapes of this machine, in a class of their own so that others can load before they are known to work. */
final class Lanes {
    static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    /** The preferred one; of vectors beyond 512 bits only a part, since a page of keys is no wider. */
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;
    /** Floats of a vector. */
    static final int COUNT = FLOATS.length();
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

    /**
     * The sum of the lanes, by halves. {@code reduceLanes} would leave the order open, and the JIT takes another one
     * than the interpreter.
     */
    static float sum(FloatVector x) {
        FloatVector y = COUNT > 8 ? x.add(x.rearrange(BY_8)) : x;
        y = COUNT > 4 ? y.add(y.rearrange(BY_4)) : y;
        y = y.add(y.rearrange(BY_2));
        return y.add(y.rearrange(BY_1)).lane(0);
    }

    /** The sum of the {@link #COUNT} floats at {@code b[o]}, by halves. */
    static float fold(float[] b, int o) {
        return sum(FloatVector.fromArray(FLOATS, b, o));
    }
}
