// SPDX-License-Identifier: Apache-2.0
package kernels;

import java.util.List;

/**
 * The arithmetic of a quantised type: {@code weight = scale · (q − bias)}, or {@code scale · q + minimum}, where scale and minimum belong
 * to a sub-block of a row and {@code q} is a natural number of {@code lowBits + highBits} bits, or a signed one of eight. One line here makes a kernel.
 *
 * @param name of the DType
 * @param lowBits bits of {@code q} that are stored together: 2, 4, 6 or 8
 * @param highBits a further bit, stored in a plane of its own, or 0
 * @param bias what is subtracted from {@code q}, or 0
 * @param minimum whether there is one
 * @param subBlock columns that share a scale: 16 or 32
 * @param blockUnits stretches of 32 columns that share a super-scale, which the scales of sub-blocks are integer multiples of: 8; or 1
 *     where a sub-block has its own scale
 */
record PackedType(String name, int lowBits, int highBits, int bias, boolean minimum, int subBlock, int blockUnits) {

    static final List<PackedType> ALL = List.of(
            new PackedType("Q8_0", 8, 0, 0, false, 32, 1),
            new PackedType("Q4_0", 4, 0, 8, false, 32, 1),
            new PackedType("Q4_1", 4, 0, 0, true, 32, 1),
            new PackedType("Q5_0", 4, 1, 16, false, 32, 1),
            new PackedType("Q5_1", 4, 1, 0, true, 32, 1),
            new PackedType("Q2_K", 2, 0, 0, true, 16, 8),
            new PackedType("Q3_K", 2, 1, 4, false, 16, 8),
            new PackedType("Q4_K", 4, 0, 0, true, 32, 8),
            new PackedType("Q5_K", 4, 1, 0, true, 32, 8),
            new PackedType("Q6_K", 6, 0, 32, false, 16, 8),
            new PackedType("IQ4_NL", 8, 0, 0, false, 32, 1),
            new PackedType("IQ4_XS", 8, 0, 0, false, 32, 8));

    boolean superScale() {
        return blockUnits > 1;
    }

    /** Columns of an iteration: what whole integers hold, and enough to be worth one. */
    int step() {
        return lowBits == 6 ? 16 : Integer.SIZE / lowBits;
    }

    /** Whether integers hold nothing but whole unsigned quants, and are multiplied as they are: {@code Multipliers}. */
    boolean telescopes() {
        return highBits == 0 && lowBits < 6;
    }

    /** What sums are taken around, so that they fit 16 bits. */
    int centre() {
        return minimum && lowBits + highBits >= 4 ? 1 << (lowBits + highBits - 1) : bias;
    }

    /** Vectors of rows that a loop multiplies on machines with 32 registers, as many as keep its method small enough for C1. */
    int vectors() {
        return step() == 16 ? 2 : 4;
    }

    /** The same with 16 registers. */
    int fewVectors() {
        return lowBits == 8 ? 4 : 2;
    }

    /** Steps of an iteration where two vectors are multiplied: a sub-block, if that keeps the method small enough for C1. */
    int together() {
        return step() == 16 ? 1 : highBits > 0 ? 2 : 4;
    }

    /** Bytes of 32 columns of a row. */
    int unitBytes() {
        return 4 * (lowBits + highBits);
    }

    int subBlocks() {
        return 32 * blockUnits / subBlock;
    }

    /** Bytes of the header of a row. */
    int headerBytes() {
        int halves = minimum ? 4 : 2;
        return halves + (superScale() ? (minimum ? 2 : 1) * subBlocks() : 0);
    }
}
