// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.tensor.BlockPatterns;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Numerics;
import dev.llamapanama.tensor.TypeDefinition;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Products with unit vectors give each weight back as it is: every pattern that a file may hold is decoded exactly. Where activations are rounded they are
 * 127, which 8 bits hold, and what remains are the roundings of a multiplication and of the addition of a minimum.
 */
class ExactDecodingTest {
    @AutoClose
    private final Arena arena = Arena.ofConfined();

    @Test
    void everyFiniteHalf() {
        assertExact(DType.F16, everyFinite(5, 10));
    }

    @Test
    void everyFiniteBfloat() {
        assertExact(DType.BF16, everyFinite(8, 7));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32", "F16", "BF16", "F64", "I8", "I16", "I32", "I64"})
    void everyByteOfBlocks(DType type) {
        assertExact(type, BlockPatterns.everyByte(type, 2));
    }

    private static byte[] everyFinite(int exponentBits, int mantissaBits) {
        byte[] stored = new byte[2 << 16];
        ByteBuffer out = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits = 0; bits < 1 << 16; bits++) {
            boolean finite = !Double.isNaN(TypeDefinition.binary((short) bits, exponentBits, mantissaBits));
            out.putShort((short) (finite ? bits : 0));
        }
        return stored;
    }

    private void assertExact(DType type, byte[] stored) {
        int cols = Math.max(64, type.blockSize());
        int rows = (int) (stored.length / type.bytes(cols));
        StoredMatrix matrix = StoredMatrix.of(type, rows, cols, stored, arena);
        boolean exact = Numerics.of(type).equals(Numerics.F32);
        float activation = exact ? 1 : 127;
        float[] units = new float[cols * cols];
        for (int i = 0; i < cols; i++) {
            units[i * cols + i] = activation;
        }
        double[] largest = new double[rows];
        for (int i = 0; i < rows * cols; i++) {
            largest[i / cols] = Math.max(largest[i / cols], Math.abs(matrix.values()[i]));
        }
        for (Kernels kernels : StoredMatrix.kernels()) {
            float[] together = matrix.multiply(kernels, units, cols);
            for (int col = 0; col < cols; col++) {
                float[] unit = Arrays.copyOfRange(units, col * cols, (col + 1) * cols);
                float[] alone = matrix.multiply(kernels, unit, 1);
                for (int row = 0; row < rows; row++) {
                    double expected = activation * matrix.values()[row * cols + col];
                    double bound = exact ? 0 : 0x1p-23 * activation * largest[row];
                    assertEquals(expected, together[col * rows + row] + 0.0, bound, kernels.description());
                    assertEquals(expected, alone[row] + 0.0, bound, kernels.description());
                }
            }
        }
    }
}
