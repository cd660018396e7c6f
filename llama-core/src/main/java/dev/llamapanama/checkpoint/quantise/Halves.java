// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

/** Scales as blocks hold them, in binary16. */
final class Halves {
    private Halves() {}

    /** The nearest number that a block can hold. */
    static float nearest(double value) {
        return Float.float16ToFloat(Float.floatToFloat16((float) value));
    }

    static void put(byte[] block, int at, float value) {
        short half = Float.floatToFloat16(value);
        block[at] = (byte) half;
        block[at + 1] = (byte) (half >> 8);
    }

    /** What to multiply by in place of dividing; 0 where a scale is 0, which leaves nothing to tell apart. */
    static float inverse(double scale) {
        float inverse = (float) (1 / scale);
        return Float.isFinite(inverse) ? inverse : 0;
    }
}
