// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** Nibbles as in IQ4_NL; of scales, two bits lie in one place and four in another. */
final class IQ4_XSQuantiser extends ScaledGroups {
    IQ4_XSQuantiser() {
        super(DType.IQ4_XS, UnevenLevels.LEVELS, Levels.between(-32, 31), 32);
    }

    @Override
    void pack(float d, int[] factors, int[] codes, byte[] block) {
        Halves.put(block, 0, d);
        for (int k = 0; k < 8; k++) {
            int code = factors[k] + 32;
            block[2 + k / 4] |= (byte) (code >> 4 << (k % 4 * 2));
            block[4 + k / 2] |= (byte) ((code & 15) << (k % 2 * 4));
            Packing.nibbles(codes, 32 * k, block, 8 + 16 * k);
        }
    }
}
