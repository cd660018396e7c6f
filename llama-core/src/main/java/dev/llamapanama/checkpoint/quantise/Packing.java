// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

/** Bits of 32 codes as the types of small blocks lay them out. */
final class Packing {
    private Packing() {}

    /** The lower four bits of 32 codes from an index on: byte j holds those of j (low) and j + 16 (high). */
    static void nibbles(int[] codes, int start, byte[] block, int at) {
        for (int j = 0; j < 16; j++) {
            block[at + j] = (byte) ((codes[start + j] & 15) | ((codes[start + j + 16] & 15) << 4));
        }
    }

    /** The fifth bits of 32 codes, the first in the lowest bit. */
    static void fifthBits(int[] codes, byte[] block, int at) {
        for (int j = 0; j < 32; j++) {
            block[at + j / 8] |= (byte) ((codes[j] >> 4) << (j % 8));
        }
    }
}
