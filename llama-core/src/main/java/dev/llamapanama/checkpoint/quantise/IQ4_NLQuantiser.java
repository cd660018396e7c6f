// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** 32 nibbles, which choose among uneven levels, behind the scale. */
final class IQ4_NLQuantiser extends ScaledBlock {
    IQ4_NLQuantiser() {
        super(DType.IQ4_NL, UnevenLevels.LEVELS);
    }

    @Override
    void pack(int[] codes, byte[] block) {
        Packing.nibbles(codes, 0, block, 2);
    }
}
