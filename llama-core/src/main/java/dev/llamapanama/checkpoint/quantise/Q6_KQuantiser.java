// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** Two elements that are 64 apart share a byte of lower halves, four that are 32 apart one of upper pairs of bits. */
final class Q6_KQuantiser extends ScaledGroups {
    Q6_KQuantiser() {
        super(DType.Q6_K, Levels.between(-32, 31), Levels.between(-128, 127), 16);
    }

    @Override
    void pack(float d, int[] factors, int[] codes, byte[] block) {
        for (int i = 0; i < 256; i++) {
            block[i / 128 * 64 + i % 64] |= (byte) ((codes[i] & 15) << (i / 64 % 2 * 4));
            block[128 + i / 128 * 32 + i % 32] |= (byte) (codes[i] >> 4 << (i / 32 % 4 * 2));
        }
        for (int k = 0; k < 16; k++) {
            block[192 + k] = (byte) factors[k];
        }
        Halves.put(block, 208, d);
    }
}
