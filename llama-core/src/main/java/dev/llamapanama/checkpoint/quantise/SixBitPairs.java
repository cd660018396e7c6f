// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

/** Eight scales and eight minima of six bits in twelve bytes, as Q4_K and Q5_K have them: the last four lend their upper bits to the first. */
final class SixBitPairs {
    private SixBitPairs() {}

    static void put(int[] scales, int[] minima, byte[] block, int at) {
        for (int k = 0; k < 4; k++) {
            block[at + k] = (byte) (scales[k] | scales[k + 4] >> 4 << 6);
            block[at + 4 + k] = (byte) (minima[k] | minima[k + 4] >> 4 << 6);
            block[at + 8 + k] = (byte) ((scales[k + 4] & 15) | ((minima[k + 4] & 15) << 4));
        }
    }
}
