// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** Two elements that are 32 apart share a byte. */
final class Q4_KQuantiser extends RangedGroups {
    Q4_KQuantiser() {
        super(DType.Q4_K, 15, 63, 32);
    }

    @Override
    void pack(float d, float e, int[] a, int[] b, int[] codes, byte[] block) {
        Halves.put(block, 0, d);
        Halves.put(block, 2, e);
        SixBitPairs.put(a, b, block, 4);
        for (int i = 0; i < 256; i++) {
            block[16 + i / 64 * 32 + i % 32] |= (byte) (codes[i] << (i / 32 % 2 * 4));
        }
    }
}
