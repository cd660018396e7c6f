// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.TypeDefinition;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Products with unit vectors give each weight back as it is: every pattern that a file may hold is decoded exactly. */
class ExactDecodingTest {
    private static final int COLS = 64;
    /** Smallest subnormal, largest subnormal, 1, −1/3, largest: halves. */
    private static final short[] SCALES = {1, 0x3ff, 0x3c00, (short) 0xb555, 0x7bff, (short) 0x8001};

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

    @Test
    void everyByteOfQ8() {
        byte[] stored = new byte[SCALES.length * 8 * DType.Q8_0.blockBytes()];
        ByteBuffer out = little(stored);
        for (short scale : SCALES) {
            for (int block = 0; block < 8; block++) {
                out.putShort(scale);
                IntStream.range(32 * block, 32 * block + 32).forEach(q -> out.put((byte) q));
            }
        }
        assertExact(DType.Q8_0, stored);
    }

    @Test
    void everyPairOfNibblesOfQ4() {
        byte[] stored = new byte[SCALES.length * 16 * DType.Q4_0.blockBytes()];
        ByteBuffer out = little(stored);
        for (short scale : SCALES) {
            for (int block = 0; block < 16; block++) {
                out.putShort(scale);
                IntStream.range(16 * block, 16 * block + 16).forEach(q -> out.put((byte) q));
            }
        }
        assertExact(DType.Q4_0, stored);
    }

    private static byte[] everyFinite(int exponentBits, int mantissaBits) {
        byte[] stored = new byte[2 << 16];
        ByteBuffer out = little(stored);
        for (int bits = 0; bits < 1 << 16; bits++) {
            boolean finite = !Double.isNaN(TypeDefinition.binary((short) bits, exponentBits, mantissaBits));
            out.putShort((short) (finite ? bits : 0));
        }
        return stored;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void assertExact(DType type, byte[] stored) {
        int rows = (int) (stored.length / type.bytes(COLS));
        StoredMatrix matrix = StoredMatrix.of(type, rows, COLS, stored, arena);
        float[] units = new float[COLS * COLS];
        for (int i = 0; i < COLS; i++) {
            units[i * COLS + i] = 1;
        }
        for (Kernels kernels : StoredMatrix.kernels()) {
            float[] together = matrix.multiply(kernels, units, COLS);
            for (int col = 0; col < COLS; col++) {
                float[] unit = Arrays.copyOfRange(units, col * COLS, (col + 1) * COLS);
                float[] alone = matrix.multiply(kernels, unit, 1);
                for (int row = 0; row < rows; row++) {
                    double expected = matrix.values()[row * COLS + col];
                    assertEquals(expected, together[col * rows + row] + 0.0, 0, kernels.description());
                    assertEquals(expected, alone[row] + 0.0, 0, kernels.description());
                }
            }
        }
    }
}
