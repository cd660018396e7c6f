// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
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

    /** The smallest vector of bytes that gives whole vectors of floats. */
    static final VectorSpecies<Byte> BYTES = COUNT == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
    /** How many it gives. */
    static final int PARTS = BYTES.length() / COUNT;

    private Lanes() {}

    static int bits() {
        return FLOATS.vectorBitSize();
    }

    /**
     * The sum of the {@link #COUNT} floats at {@code b[o]}, by halves. {@code reduceLanes} would leave the order open, and the
     * JIT takes another one than the interpreter.
     */
    static float fold(float[] b, int o) {
        for (int half = COUNT / 2; half > 0; half /= 2) {
            for (int i = o; i < o + half; i++) {
                b[i] += b[i + half];
            }
        }
        return b[o];
    }
}
