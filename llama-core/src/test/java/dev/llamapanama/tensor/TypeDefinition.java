// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What stored bytes mean, in double precision and straight from the definitions (IEEE 754, ggml-common.h). */
public final class TypeDefinition {
    private TypeDefinition() {}

    /**
     * @param stored whole blocks, little-endian
     */
    public static double[] decode(DType type, byte[] stored) {
        ByteBuffer in = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[stored.length / type.blockBytes() * type.blockSize()];
        for (int start = 0; in.hasRemaining(); start += type.blockSize()) {
            switch (type) {
                case F32 -> values[start] = in.getFloat();
                case F16 -> values[start] = binary(in.getShort(), 5, 10);
                case BF16 -> values[start] = binary(in.getShort(), 8, 7);
                case Q8_0 -> {
                    double scale = binary(in.getShort(), 5, 10);
                    for (int i = 0; i < 32; i++) {
                        values[start + i] = scale * in.get();
                    }
                }
                case Q4_0 -> {
                    double scale = binary(in.getShort(), 5, 10);
                    for (int i = 0; i < 16; i++) {
                        int pair = Byte.toUnsignedInt(in.get());
                        values[start + i] = scale * (pair % 16 - 8);
                        values[start + 16 + i] = scale * (pair / 16 - 8);
                    }
                }
            }
        }
        return values;
    }

    /** The finite number that a sign, a biased exponent and a mantissa stand for; NaN for those that are no number. */
    public static double binary(short bits, int exponentBits, int mantissaBits) {
        int mantissa = bits & ((1 << mantissaBits) - 1);
        int exponent = (bits >> mantissaBits) & ((1 << exponentBits) - 1);
        int bias = (1 << (exponentBits - 1)) - 1;
        if (exponent == 2 * bias + 1) {
            return Double.NaN;
        }
        double magnitude = exponent == 0
                ? Math.scalb((double) mantissa, 1 - bias - mantissaBits)
                : Math.scalb((double) mantissa + (1 << mantissaBits), exponent - bias - mantissaBits);
        return bits < 0 ? -magnitude : magnitude;
    }
}
