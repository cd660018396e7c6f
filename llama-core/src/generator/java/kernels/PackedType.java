// SPDX-License-Identifier: Apache-2.0
package kernels;

import java.util.List;

/**
 * The arithmetic of a quantised type: {@code weight = scale · q}, or {@code scale · q + minimum}, where scale and minimum belong to a
 * sub-block of a row and {@code q} is an integer of {@code lowBits + highBits} bits. One line here makes a kernel.
 *
 * @param name of the DType
 * @param lowBits bits of {@code q} that are stored together: 2, 4 or 8
 * @param highBits further bits, stored in a plane of their own: 0, 1 or 2
 * @param signed whether {@code q} is in two's complement
 * @param minimum whether there is one
 * @param subBlock columns that share a scale: 16 or 32
 * @param blockUnits stretches of 32 columns that share a super-scale, which the scales of sub-blocks are integer multiples of: 8; or 1
 *     where a sub-block has its own scale
 */
record PackedType(
        String name, int lowBits, int highBits, boolean signed, boolean minimum, int subBlock, int blockUnits) {

    static final List<PackedType> ALL = List.of(
            new PackedType("Q8_0", 8, 0, true, false, 32, 1),
            new PackedType("Q4_0", 4, 0, true, false, 32, 1),
            new PackedType("Q4_1", 4, 0, false, true, 32, 1),
            new PackedType("Q5_0", 4, 1, true, false, 32, 1),
            new PackedType("Q5_1", 4, 1, false, true, 32, 1),
            new PackedType("Q2_K", 2, 0, false, true, 16, 8),
            new PackedType("Q3_K", 2, 1, true, false, 16, 8),
            new PackedType("Q4_K", 4, 0, false, true, 32, 8),
            new PackedType("Q5_K", 4, 1, false, true, 32, 8),
            new PackedType("Q6_K", 4, 2, true, false, 16, 8));

    int bits() {
        return lowBits + highBits;
    }

    /** Where {@code q} ends in a lane of 32 bits: at the sign, or below it. */
    int top() {
        return signed ? 32 : 31;
    }

    /** Power of two by which {@code q} is too large there. */
    int excess() {
        return top() - bits();
    }

    boolean superScale() {
        return blockUnits > 1;
    }
}
