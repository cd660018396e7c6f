// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestEncoder;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DTypeTest {
    /** Sizes of ggml.h. */
    @Test
    void blocksAreThoseOfGguf() {
        List<String> sizes = List.of(
                "F32 1 4",
                "F16 1 2",
                "BF16 1 2",
                "Q8_0 32 34",
                "Q4_0 32 18",
                "Q4_1 32 20",
                "Q5_0 32 22",
                "Q5_1 32 24",
                "Q2_K 256 84",
                "Q3_K 256 110",
                "Q4_K 256 144",
                "Q5_K 256 176",
                "Q6_K 256 210",
                "IQ4_NL 32 18",
                "IQ4_XS 256 136",
                "IQ2_XXS 256 66",
                "IQ2_XS 256 74",
                "IQ2_S 256 82",
                "IQ3_XXS 256 98",
                "IQ3_S 256 110",
                "IQ1_S 256 50",
                "IQ1_M 256 56",
                "TQ1_0 256 54",
                "TQ2_0 256 66",
                "MXFP4 32 17",
                "NVFP4 64 36",
                "Q1_0 128 18",
                "Q2_0 64 18",
                "Q8_K 256 292",
                "F64 1 8",
                "I8 1 1",
                "I16 1 2",
                "I32 1 4",
                "I64 1 8");
        assertEquals(
                sizes,
                Stream.of(DType.values())
                        .map(type -> type + " " + type.blockSize() + " " + type.blockBytes())
                        .toList());
        assertEquals(2 * 34, DType.Q8_0.bytes(64));
        assertEquals(0, DType.Q4_0.bytes(0));
        assertEquals(4L << 40, DType.F32.bytes(1L << 40));
    }

    @Test
    void partsOfBlocksAndOverflowsAreRefused() {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> DType.Q8_0.bytes(33))
                .getMessage());
        assertTrue(message.contains("Q8_0: found 33 elements, expected a multiple of 32"), message);
        assertThrows(ArithmeticException.class, () -> DType.F32.bytes(Long.MAX_VALUE));
    }

    /** Numbers computed by an independent script over the bytes {@code 37 i + 11}, with a scale of one half. */
    @Test
    void goldenBlocks() {
        assertBlock(DType.Q8_0, 0, Map.of(0, 42.5f, 1, 61f, 16, -45.5f, 31, -24f), -88, -4040);
        assertBlock(DType.Q4_0, 0, Map.of(0, -1.5f, 1, 1f, 16, -1.5f, 31, 0f), -10.5, -259);
        assertBlock(DType.Q4_1, -1.25f, Map.of(0, 6.25f, 1, 0.75f, 16, 3.25f, 31, 4.75f), 82.5, 1331.5);
        assertBlock(DType.Q5_0, 0, Map.of(0, 4.5f, 1, -1f, 16, 7f, 31, 0.5f), 7.5, 56);
        assertBlock(DType.Q5_1, -1.25f, Map.of(0, 8.25f, 1, 10.75f, 16, 8.25f, 31, 1.25f), 212.5, 3290.5);
        assertBlock(
                DType.Q2_K,
                0.25f,
                Map.of(0, 16.5f, 1, 0f, 16, -0.75f, 31, -0.75f, 33, -1.25f, 97, 5.5f, 128, 3.75f, 200, 4f, 255, 2.25f),
                1029.5,
                121565);
        assertBlock(
                DType.Q3_K,
                0,
                Map.of(0, 40.5f, 1, -54f, 16, -48f, 31, 32f, 33, 22f, 97, -12.5f, 128, 1f, 200, 12.5f, 255, 21f),
                479,
                88572.5);
        assertBlock(
                DType.Q4_K,
                0.25f,
                Map.of(
                        0, 157.75f, 1, -12.75f, 16, 157.75f, 31, 80.25f, 33, 10f, 97, 5.5f, 128, 211.5f, 200, 69.25f,
                        255, 24.25f),
                27220,
                3786420);
        assertBlock(
                DType.Q5_K,
                0.25f,
                Map.of(
                        0, 405.75f, 1, -12.75f, 16, 405.75f, 31, 80.25f, 33, -2f, 97, 75.5f, 128, 523.5f, 200, 69.25f,
                        255, 54.25f),
                58108,
                8013724);
        assertBlock(
                DType.Q6_K,
                0,
                Map.of(
                        0, -715.5f, 1, 848f, 16, -216f, 31, -48f, 33, -336f, 97, -565.5f, 128, -175.5f, 200, 544.5f,
                        255, -30f),
                2306,
                392210);
        assertBlock(DType.IQ4_NL, 0, Map.of(0, -17.5f, 1, 12.5f, 16, -17.5f, 31, 0.5f), -128.5, -3459.5);
        assertBlock(
                DType.IQ4_XS,
                0,
                Map.of(0, 32.5f, 1, -0.5f, 16, 32.5f, 31, 17.5f, 33, -3.5f, 97, -2f, 128, -292.5f, 200, 570f, 255, -8f),
                -5502.5,
                -1045567);
    }

    /** As {@link #goldenBlocks}. */
    @Test
    void goldenBlocksOfTernaryAndRareTypes() {
        assertBlock(
                DType.Q8_K,
                0,
                Map.of(0, -48.5f, 1, -30f, 16, -8.5f, 31, 13f, 33, 50f, 97, -46f, 128, 15.5f, 200, -60.5f, 255, 61f),
                -64,
                22720);
        assertBlock(
                DType.TQ1_0,
                0,
                Map.of(0, -0.5f, 1, -0.5f, 16, 0f, 31, 0f, 33, 0f, 97, -0.5f, 128, 0f, 200, 0f, 255, -0.5f),
                -1,
                -65.5);
        assertBlock(
                DType.TQ2_0,
                0,
                Map.of(0, 1f, 1, -0.5f, 16, 1f, 31, 0.5f, 33, -0.5f, 97, -0.5f, 128, 1f, 200, 0f, 255, -0.5f),
                64.5,
                8622.5);
        assertBlock(DType.Q1_0, 0, Map.of(0, 0.5f, 1, -0.5f, 16, 0.5f, 31, 0.5f, 33, -0.5f, 97, -0.5f), 0, -266);
        assertBlock(DType.Q2_0, 0, Map.of(0, 0f, 1, 0f, 16, 0f, 31, 0f, 33, 1f), 15, 406.5);
    }

    /** Sums and elements that ggml's own code found for blocks of the same bytes. */
    @Test
    void goldenBlocksOfGrids() {
        assertBlock(DType.IQ2_XXS, 0, Map.of(0, -29.5625f, 33, 8.5f, 97, 42.1875f, 255, -40.3125f), 381.875, 18396.5);
        assertBlock(DType.IQ2_XS, 0, Map.of(0, -5.5f, 33, 10.5f, 97, 4.5f, 255, -9.5f), 745.25, 61599.0625);
        assertBlock(
                DType.IQ2_S, 0, Map.of(0, -72.5625f, 33, 7.8125f, 97, 12.5f, 255, 39.0625f), -400.3125, -31040.3125);
        assertBlock(DType.IQ3_XXS, 0, Map.of(0, -6.5f, 33, 9.5f, 97, 37.5f, 255, -7.5f), -342, 1511.5);
        assertBlock(DType.IQ3_S, 0, Map.of(0, -40.5f, 33, 71.5f, 97, 42.5f, 255, 112.5f), 728, 101395);
        assertBlock(DType.IQ1_S, 0, Map.of(0, -1.3125f, 33, 7.3125f, 97, 6.5625f, 255, -2.1875f), 10, -5914.5);
        assertBlock(DType.IQ1_M, 0, Map.of(0, -0.4375f, 33, 0.4375f, 97, -1.6875f, 255, -0.9375f), 20.5, -1118);
    }

    /** 16,384 points or more of each grid, and so all of them; sums are those of ggml's own code. */
    @Test
    void everyPointOfTheGrids() {
        assertWeightedSum(DType.IQ2_XXS, -2827263235.125);
        assertWeightedSum(DType.IQ2_XS, 5863030457.625);
        assertWeightedSum(DType.IQ2_S, -2488486520.9375);
        assertWeightedSum(DType.IQ3_XXS, 1657507215.75);
        assertWeightedSum(DType.IQ3_S, 606234995);
        assertWeightedSum(DType.IQ1_S, -270016914.5);
        assertWeightedSum(DType.IQ1_M, -178949911.5);
    }

    private static void assertWeightedSum(DType type, double expected) {
        byte[] stored = new byte[512 * type.blockBytes()];
        for (int at = 0; at < stored.length; at += type.blockBytes()) {
            byte[] block = new byte[type.blockBytes()];
            for (int i = 0; i < block.length; i++) {
                block[i] = (byte) (((at + i) * 40503L) >> 8);
            }
            BlockLayout.of(type).d().put(block, 0.5f);
            System.arraycopy(block, 0, stored, at, block.length);
        }
        float[] y = decode(type, stored, 512 * 256);
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += (i + 1.0) * y[i];
        }
        assertEquals(expected, sum, type + " weighted sum");
    }

    /** Exponents of every size, and the scales of NVFP4 that are no ordinary floats. */
    @Test
    void goldenBlocksOfFloatsOfFourBits() {
        byte[] block = new byte[17];
        block[1] = 0x71;
        for (int e : new int[] {0, 1, 2, 127, 128, 254}) {
            block[0] = (byte) e;
            float[] y = decode(DType.MXFP4, block, 32);
            assertEquals((float) Math.scalb(1.0, e - 128), y[0]);
            assertEquals((float) (12 * Math.scalb(1.0, e - 128)), y[16]);
        }
        byte[] nvfp4 = new byte[36];
        for (int i = 4; i < nvfp4.length; i++) {
            nvfp4[i] = 0x7a;
        }
        nvfp4[0] = 0x38;
        nvfp4[1] = 0x01;
        nvfp4[2] = 0x7e;
        nvfp4[3] = 0x7f;
        float[] y = decode(DType.NVFP4, nvfp4, 64);
        assertEquals(-1, y[0]);
        assertEquals(6, y[8]);
        assertEquals(-0x1p-9f, y[16]);
        assertEquals(-448, y[32]);
        assertEquals(0, y[48] + 0f);
    }

    private static void assertBlock(
            DType type, float dmin, Map<Integer, Float> expected, double sum, double weightedSum) {
        byte[] block = new byte[type.blockBytes()];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (37 * i + 11);
        }
        BlockLayout layout = BlockLayout.of(type);
        layout.dmin().put(block, dmin);
        layout.d().put(block, 0.5f);
        float[] y = decode(type, block, type.blockSize());
        expected.forEach((index, value) -> assertEquals(value, y[index], type + " element " + index));
        for (int i = 0; i < y.length; i++) {
            sum -= y[i];
            weightedSum -= (i + 1) * y[i];
        }
        assertEquals(0, sum, type + " sum");
        assertEquals(0, weightedSum, type + " weighted sum");
    }

    /** No value takes more than one rounding, whatever the scales, so its bits are known. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32", "F16", "BF16", "F64", "I8", "I16", "I32", "I64"})
    void decodesEveryByteAsItIsDefined(DType type) {
        byte[] stored = BlockPatterns.everyByte(type, 6);
        double[] expected = TypeDefinition.decode(type, stored);
        float[] found = decode(type, stored, expected.length);
        for (int i = 0; i < found.length; i++) {
            assertEquals((float) expected[i], found[i], 0, type + " element " + i);
        }
    }

    @ParameterizedTest
    @EnumSource
    void decodesAnyPartOfATensor(DType type) {
        Random random = new Random(5);
        int some = Math.max(32, type.blockSize());
        float[] values = new float[8 * some];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        byte[] stored = TestEncoder.encode(type, values);
        float[] all = decode(type, stored, values.length);
        float[] found = new float[3 + 2 * some + 3];
        type.decode(MemorySegment.ofArray(stored), type.bytes(3L * some), found, 3, 2 * some);
        for (int i = 0; i < found.length; i++) {
            assertEquals(i < 3 || i >= 3 + 2 * some ? 0 : all[3 * some + i - 3], found[i]);
        }
    }

    private static float[] decode(DType type, byte[] stored, int count) {
        float[] values = new float[count];
        type.decode(MemorySegment.ofArray(stored), 0, values, 0, count);
        return values;
    }
}
