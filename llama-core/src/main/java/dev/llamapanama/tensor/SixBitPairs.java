// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The eight scales and minima of Q4_K and Q5_K in twelve bytes: scales 0 to 3 and minima 0 to 3, a byte each, then a byte for each
 * later pair with four bits of the scale (low) and of the minimum (high). Their upper two are the top bits of the first bytes.
 */
final class SixBitPairs {
    private SixBitPairs() {}

    static int scale(MemorySegment source, long offset, int k) {
        return k < 4
                ? at(source, offset + k) & 63
                : (at(source, offset + k + 4) & 15) | (at(source, offset + k - 4) >> 6) << 4;
    }

    static int min(MemorySegment source, long offset, int k) {
        return k < 4
                ? at(source, offset + k + 4) & 63
                : at(source, offset + k + 4) >> 4 | (at(source, offset + k) >> 6) << 4;
    }

    private static int at(MemorySegment source, long offset) {
        return Byte.toUnsignedInt(source.get(ValueLayout.JAVA_BYTE, offset));
    }
}
