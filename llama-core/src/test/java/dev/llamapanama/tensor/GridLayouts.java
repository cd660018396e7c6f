// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import static dev.llamapanama.tensor.GridCodes.bits;
import static dev.llamapanama.tensor.GridCodes.join;

import dev.llamapanama.tensor.BlockNumbers.Bits;
import java.util.List;
import java.util.function.IntFunction;

/** The layouts of the IQ types whose numbers are points of a grid (ggml-common.h). */
final class GridLayouts {
    private static final BlockNumbers NONE = BlockNumbers.always(0);

    private GridLayouts() {}

    static BlockLayout of(DType type) {
        return switch (type) {
            case IQ2_XXS ->
                layout(
                        32,
                        half(4, k -> bits(6 + 8 * k, 28, 4)),
                        signed(twos(0, 256), 8, g -> bits(2 + g / 4 * 8, g % 4 * 8, 8), GridLayouts::iq2XxsSign, true));
            case IQ2_XS ->
                layout(
                        16,
                        half(4, k -> bits(66, 4 * k, 4)),
                        signed(
                                twos(256, 512),
                                8,
                                g -> bits(2 + 2 * g, 0, 9),
                                i -> bits(2 + i / 8 * 2, 9 + i % 8, 1),
                                true));
            case IQ2_S ->
                layout(
                        16,
                        half(4, k -> bits(74, 4 * k, 4)),
                        signed(
                                twos(768, 1024),
                                8,
                                g -> join(bits(2 + g, 0, 8), bits(66, 2 * g, 2)),
                                i -> bits(34, i, 1),
                                false));
            case IQ3_XXS ->
                layout(
                        32,
                        half(2, k -> bits(66 + 4 * k, 28, 4)),
                        signed(
                                GridCodes.points(1792, 256, 4, 4, 12, 20, 28, 36, 44, 52, 62),
                                4,
                                g -> bits(2 + g, 0, 8),
                                i -> bits(66 + i / 32 * 4, i / 8 % 4 * 7 + i % 8, 1),
                                true));
            case IQ3_S ->
                layout(
                        32,
                        odd(16, k -> bits(106, 4 * k, 4)),
                        signed(
                                GridCodes.points(2048, 512, 4, 1, 3, 5, 7, 9, 11, 13, 15),
                                4,
                                g -> join(bits(2 + g, 0, 8), bits(66, g, 1)),
                                i -> bits(74, i, 1),
                                false));
            case IQ1_S ->
                new BlockLayout(
                        D,
                        D,
                        32,
                        odd(8, k -> bits(34 + 2 * k, 12, 3)),
                        NONE,
                        shifted(
                                g -> join(bits(2 + g, 0, 8), bits(34 + g / 4 * 2, g % 4 * 3, 3)),
                                g -> bits(34 + g / 4 * 2, 15, 1)));
            case IQ1_M -> iq1M();
            default -> throw new IllegalArgumentException(type + " has no grid");
        };
    }

    private static final BlockScale D = BlockScale.half(0);

    private static List<Bits> iq2XxsSign(int i) {
        return bits(6 + i / 32 * 8, i / 8 % 4 * 7 + i % 8, 1);
    }

    private static BlockLayout layout(int group, BlockNumbers scales, BlockCodes codes) {
        return new BlockLayout(D, D, group, scales, NONE, codes);
    }

    private static BlockLayout iq1M() {
        BlockScale d = BlockScale.spreadHalf(48);
        return new BlockLayout(
                d,
                d,
                16,
                odd(8, k -> bits(48 + k / 4 * 2, k % 4 * 3, 3)),
                NONE,
                shifted(g -> join(bits(g, 0, 8), bits(32, 4 * g, 3)), g -> bits(32, 4 * g + 3, 1)));
    }

    /** {@code (s + ½) / divisor}. */
    private static BlockNumbers half(int divisor, IntFunction<List<Bits>> places) {
        return BlockNumbers.of(16, s -> (s + 0.5) / divisor, places);
    }

    /** {@code 2 s + 1}. */
    private static BlockNumbers odd(int codes, IntFunction<List<Bits>> places) {
        return BlockNumbers.of(codes, s -> 2 * s + 1, places);
    }

    private static double[] twos(int from, int count) {
        return GridCodes.points(from, count, 8, 8, 25, 43);
    }

    private static GridCodes signed(
            double[] points,
            int elements,
            IntFunction<List<Bits>> indices,
            IntFunction<List<Bits>> signs,
            boolean even) {
        return new GridCodes(
                points,
                elements,
                BlockNumbers.of(points.length / elements, g -> g, indices),
                BlockNumbers.of(2, s -> 1 - 2 * s, signs),
                even,
                NONE);
    }

    private static GridCodes shifted(IntFunction<List<Bits>> indices, IntFunction<List<Bits>> signs) {
        return new GridCodes(
                GridCodes.points(2560, 2048, 8, -1, 0, 1),
                8,
                BlockNumbers.of(2048, g -> g, indices),
                BlockNumbers.always(1),
                false,
                BlockNumbers.of(2, s -> s == 0 ? 0.125 : -0.125, signs));
    }
}
