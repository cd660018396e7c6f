// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** Two elements that are 32 apart share a byte of lower halves, eight one of fifth bits. */
final class Q5_KQuantiser extends RangedGroups {
    Q5_KQuantiser() {
        super(DType.Q5_K, 31, 63, 32);
    }

    @Override
    void pack(float d, float e, int[] a, int[] b, int[] codes, byte[] block) {
        Halves.put(block, 0, d);
        Halves.put(block, 2, e);
        SixBitPairs.put(a, b, block, 4);
        for (int i = 0; i < 256; i++) {
            block[16 + i % 32] |= (byte) (codes[i] >> 4 << (i / 32));
            block[48 + i / 64 * 32 + i % 32] |= (byte) ((codes[i] & 15) << (i / 32 % 2 * 4));
        }
    }
}
