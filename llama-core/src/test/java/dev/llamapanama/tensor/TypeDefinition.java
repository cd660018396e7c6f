// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

/** What stored bytes mean, in double precision and straight from the definitions (IEEE 754, ggml-common.h). */
public final class TypeDefinition {
    private TypeDefinition() {}

    /**
     * @param stored whole blocks, little-endian
     */
    public static double[] decode(DType type, byte[] stored) {
        ByteBuffer in = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN);
        IntStream indices = IntStream.range(0, stored.length / type.blockBytes());
        return switch (type) {
            case F32 -> indices.mapToDouble(i -> in.getFloat(4 * i)).toArray();
            case F16 ->
                indices.mapToDouble(i -> binary(in.getShort(2 * i), 5, 10)).toArray();
            case BF16 ->
                indices.mapToDouble(i -> binary(in.getShort(2 * i), 8, 7)).toArray();
            case F64 -> indices.mapToDouble(i -> in.getDouble(8 * i)).toArray();
            case I8 -> indices.mapToDouble(in::get).toArray();
            case I16 -> indices.mapToDouble(i -> in.getShort(2 * i)).toArray();
            case I32 -> indices.mapToDouble(i -> in.getInt(4 * i)).toArray();
            case I64 -> indices.mapToDouble(i -> in.getLong(8 * i)).toArray();
            default -> decodeBlocks(type, stored);
        };
    }

    private static double[] decodeBlocks(DType type, byte[] stored) {
        BlockLayout layout = BlockLayout.of(type);
        double[] values = new double[stored.length / type.blockBytes() * type.blockSize()];
        for (int start = 0, at = 0; at < stored.length; start += type.blockSize(), at += type.blockBytes()) {
            byte[] block = Arrays.copyOfRange(stored, at, at + type.blockBytes());
            for (int i = 0; i < type.blockSize(); i++) {
                values[start + i] = layout.value(block, i);
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
