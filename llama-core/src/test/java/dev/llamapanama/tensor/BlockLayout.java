// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import static dev.llamapanama.tensor.BlockScale.half;

import dev.llamapanama.tensor.BlockNumbers.Bits;
import java.util.List;

/**
 * What the bits of a block mean, element by element (ggml-common.h): {@code d · scale · code − dmin · minimum}, where d and dmin
 * are halves but for a few types.
 *
 * @param dmin the same as d if all minima are 0
 * @param group elements in a row that have a scale and a minimum in common
 */
public record BlockLayout(
        BlockScale d, BlockScale dmin, int group, BlockNumbers scales, BlockNumbers minima, BlockCodes codes) {
    private static final BlockNumbers ZERO = BlockNumbers.always(0);
    private static final double[] UNEVEN = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

    /** Floats of four bits, E2M1, doubled. */
    private static final double[] FLOATS = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

    /** The layout of a type that has blocks. */
    public static BlockLayout of(DType type) {
        return switch (type) {
            case F32, F16, BF16, F64, I8, I16, I32, I64 -> throw new IllegalArgumentException(type + " has no blocks");
            case Q8_0 -> oneScale(BlockNumbers.of(256, q -> (byte) q, i -> List.of(new Bits(2 + i, 0, 8))));
            case Q4_0 -> oneScale(BlockNumbers.of(16, q -> q - 8, i -> List.of(halfBlockOn(2, i))));
            case Q4_1 -> oneMinimum(BlockNumbers.of(16, q -> q, i -> List.of(halfBlockOn(4, i))));
            case Q5_0 -> oneScale(BlockNumbers.of(32, q -> q - 16, i -> List.of(halfBlockOn(6, i), bit(2, i))));
            case Q5_1 -> oneMinimum(BlockNumbers.of(32, q -> q, i -> List.of(halfBlockOn(8, i), bit(4, i))));
            case Q2_K -> q2K();
            case Q3_K -> q3K();
            case Q4_K -> sixBitPairs(BlockNumbers.of(16, q -> q, i -> List.of(groupOn(16, i))));
            case Q5_K ->
                sixBitPairs(BlockNumbers.of(
                        32, q -> q, i -> List.of(groupOn(48, i), new Bits(16 + i % 32, i / 32, 1))));
            case Q6_K -> q6K();
            case IQ4_NL -> oneScale(new BlockNumbers(UNEVEN, i -> List.of(halfBlockOn(2, i))));
            case IQ4_XS -> iq4Xs();
            case Q1_0 -> withoutMinima(half(0), 128, BlockNumbers.of(2, q -> 2 * q - 1, i -> List.of(bit(2, i))));
            case Q2_0 ->
                withoutMinima(half(0), 64, BlockNumbers.of(4, q -> q - 1, i -> List.of(new Bits(2 + i / 4, i % 4, 2))));
            case TQ2_0 -> withoutMinima(half(64), 256, BlockNumbers.of(4, q -> q - 1, i -> List.of(quarterOn(0, i))));
            case TQ1_0 -> withoutMinima(half(52), 256, new TritCodes());
            case MXFP4 ->
                withoutMinima(
                        BlockScale.exponent(0, 128), 32, new BlockNumbers(FLOATS, i -> List.of(halfBlockOn(1, i))));
            case NVFP4 -> nvfp4();
            case Q8_K ->
                withoutMinima(
                        BlockScale.single(0),
                        256,
                        BlockNumbers.of(256, q -> (byte) q, i -> List.of(new Bits(4 + i, 0, 8))));
            case IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ1_S, IQ1_M -> GridLayouts.of(type);
        };
    }

    private static BlockLayout withoutMinima(BlockScale d, int group, BlockCodes codes) {
        return new BlockLayout(d, d, group, BlockNumbers.always(1), ZERO, codes);
    }

    private static BlockLayout withHalves(
            int d, int dmin, int group, BlockNumbers scales, BlockNumbers minima, BlockCodes codes) {
        BlockScale half = half(d);
        return new BlockLayout(half, dmin == d ? half : half(dmin), group, scales, minima, codes);
    }

    private static BlockLayout nvfp4() {
        BlockNumbers scales = BlockNumbers.of(
                256,
                s -> s == 127 ? 0 : TypeDefinition.binary((short) (s % 128), 5, 3) * Math.scalb(1.0, 15 - 7 - 1),
                k -> List.of(new Bits(k, 0, 8)));
        BlockNumbers codes = new BlockNumbers(FLOATS, i -> List.of(new Bits(4 + i / 16 * 8 + i % 8, i / 8 % 2, 4)));
        return new BlockLayout(BlockScale.NONE, BlockScale.NONE, 16, scales, ZERO, codes);
    }

    private static BlockLayout oneScale(BlockNumbers codes) {
        return withHalves(0, 0, 32, BlockNumbers.always(1), ZERO, codes);
    }

    /** It is stored with the opposite sign. */
    private static BlockLayout oneMinimum(BlockNumbers codes) {
        return withHalves(0, 2, 32, BlockNumbers.always(1), BlockNumbers.always(-1), codes);
    }

    private static BlockLayout q2K() {
        BlockNumbers scales = BlockNumbers.of(16, s -> s, k -> List.of(new Bits(k, 0, 4)));
        BlockNumbers minima = BlockNumbers.of(16, m -> m, k -> List.of(new Bits(k, 1, 4)));
        BlockNumbers codes = BlockNumbers.of(4, q -> q, i -> List.of(quarterOn(16, i)));
        return withHalves(80, 82, 16, scales, minima, codes);
    }

    private static BlockLayout q3K() {
        BlockNumbers scales = BlockNumbers.of(
                64, s -> s - 32, k -> List.of(new Bits(96 + k % 8, k / 8, 4), new Bits(104 + k % 4, k / 4, 2)));
        BlockNumbers codes =
                BlockNumbers.of(8, q -> q - 4, i -> List.of(quarterOn(32, i), new Bits(i % 32, i / 32, 1)));
        return withHalves(108, 108, 16, scales, ZERO, codes);
    }

    /** Q4_K and Q5_K. */
    private static BlockLayout sixBitPairs(BlockNumbers codes) {
        BlockNumbers scales = BlockNumbers.of(
                64,
                s -> s,
                k -> k < 4 ? List.of(new Bits(4 + k, 0, 6)) : List.of(new Bits(8 + k, 0, 4), new Bits(k, 3, 2)));
        BlockNumbers minima = BlockNumbers.of(
                64,
                m -> m,
                k -> k < 4 ? List.of(new Bits(8 + k, 0, 6)) : List.of(new Bits(8 + k, 1, 4), new Bits(4 + k, 3, 2)));
        return withHalves(0, 2, 32, scales, minima, codes);
    }

    private static BlockLayout q6K() {
        BlockNumbers scales = BlockNumbers.of(256, s -> (byte) s, k -> List.of(new Bits(192 + k, 0, 8)));
        BlockNumbers codes = BlockNumbers.of(
                64, q -> q - 32, i -> List.of(new Bits(i / 128 * 64 + i % 64, i / 64 % 2, 4), quarterOn(128, i)));
        return withHalves(208, 208, 16, scales, ZERO, codes);
    }

    private static BlockLayout iq4Xs() {
        BlockNumbers scales = BlockNumbers.of(
                64, s -> s - 32, k -> List.of(new Bits(4 + k / 2, k % 2, 4), new Bits(2 + k / 4, k % 4, 2)));
        BlockNumbers codes = new BlockNumbers(UNEVEN, i -> List.of(halfBlockOn(8 + i / 32 * 16, i % 32)));
        return withHalves(0, 0, 32, scales, ZERO, codes);
    }

    private static Bits bit(int at, int i) {
        return new Bits(at + i / 8, i % 8, 1);
    }

    /** Nibbles of 32 elements; elements 16 apart share a byte. */
    private static Bits halfBlockOn(int at, int i) {
        return new Bits(at + i % 16, i / 16, 4);
    }

    /** Nibbles of 256 elements; elements 32 apart share a byte. */
    private static Bits groupOn(int at, int i) {
        return new Bits(at + i / 64 * 32 + i % 32, i / 32 % 2, 4);
    }

    /** Two bits of each of 256 elements; elements 32, 64 and 96 apart share a byte. */
    private static Bits quarterOn(int at, int i) {
        return new Bits(at + i / 128 * 32 + i % 32, i / 32 % 4, 2);
    }

    boolean hasMinima() {
        return !dmin.equals(d);
    }

    /** The value of an element. */
    public double value(byte[] block, int i) {
        double value = d.get(block) * scales.get(block, i / group) * codes.get(block, i);
        return hasMinima() ? value - dmin.get(block) * minima.get(block, i / group) : value;
    }
}
