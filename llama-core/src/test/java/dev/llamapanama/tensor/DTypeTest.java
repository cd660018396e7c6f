// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestEncoder;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DTypeTest {
    /** Sizes of ggml.h. */
    @Test
    void blocksAreThoseOfGguf() {
        Map.of(DType.F32, "1 4", DType.F16, "1 2", DType.BF16, "1 2", DType.Q8_0, "32 34", DType.Q4_0, "32 18")
                .forEach((type, sizes) -> assertEquals(sizes, type.blockSize() + " " + type.blockBytes()));
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
        assertBlock(DType.Q4_0, Map.of(0, -1.5f, 1, 1f, 16, -1.5f, 31, 0f), -10.5, -259);
        assertBlock(DType.Q8_0, Map.of(0, 42.5f, 1, 61f, 16, -45.5f, 31, -24f), -88, -4040);
    }

    private static void assertBlock(DType type, Map<Integer, Float> expected, double sum, double weightedSum) {
        byte[] block = new byte[type.blockBytes()];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (37 * i + 11);
        }
        block[0] = 0;
        block[1] = 0x38;
        float[] y = new float[32];
        type.decode(MemorySegment.ofArray(block), 0, y, 0, 32);
        expected.forEach((index, value) -> assertEquals(value, y[index], type + " element " + index));
        for (int i = 0; i < 32; i++) {
            sum -= y[i];
            weightedSum -= (i + 1) * y[i];
        }
        assertEquals(0, sum);
        assertEquals(0, weightedSum);
    }

    @ParameterizedTest
    @EnumSource
    void decodesAnyPartOfATensorAsItIsDefined(DType type) {
        Random random = new Random(5);
        float[] values = new float[8 * 32];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        byte[] stored = TestEncoder.encode(type, values);
        double[] expected = TypeDefinition.decode(type, stored);
        float[] found = new float[3 + 64 + 3];
        type.decode(MemorySegment.ofArray(stored), type.bytes(96), found, 3, 64);
        for (int i = 0; i < found.length; i++) {
            assertEquals(i < 3 || i >= 67 ? 0 : expected[96 + i - 3], found[i], 0);
        }
    }
}
