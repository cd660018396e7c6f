// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** Four elements that are 32 apart share a byte of lower pairs of bits, eight one of third bits; of scales, four bits and two lie apart. */
final class Q3_KQuantiser extends ScaledGroups {
    Q3_KQuantiser() {
        super(DType.Q3_K, Levels.between(-4, 3), Levels.between(-32, 31), 16);
    }

    @Override
    void pack(float d, int[] factors, int[] codes, byte[] block) {
        for (int i = 0; i < 256; i++) {
            block[i % 32] |= (byte) (codes[i] >> 2 << (i / 32));
            block[32 + i / 128 * 32 + i % 32] |= (byte) ((codes[i] & 3) << (i / 32 % 4 * 2));
        }
        for (int k = 0; k < 16; k++) {
            int code = factors[k] + 32;
            block[96 + k % 8] |= (byte) ((code & 15) << (k / 8 * 4));
            block[104 + k % 4] |= (byte) (code >> 4 << (k / 4 * 2));
        }
        Halves.put(block, 108, d);
    }
}
