// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** A byte for scale and minimum of each group; four elements that are 32 apart share a byte. */
final class Q2_KQuantiser extends RangedGroups {
    Q2_KQuantiser() {
        super(DType.Q2_K, 3, 15, 16);
    }

    @Override
    void pack(float d, float e, int[] a, int[] b, int[] codes, byte[] block) {
        for (int k = 0; k < 16; k++) {
            block[k] = (byte) (a[k] | b[k] << 4);
        }
        for (int i = 0; i < 256; i++) {
            block[16 + i / 128 * 32 + i % 32] |= (byte) (codes[i] << (i / 32 % 4 * 2));
        }
        Halves.put(block, 80, d);
        Halves.put(block, 82, e);
    }
}
