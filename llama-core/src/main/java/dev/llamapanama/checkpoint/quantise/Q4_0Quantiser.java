// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** 32 nibbles behind the scale. */
final class Q4_0Quantiser extends ScaledBlock {
    Q4_0Quantiser() {
        super(DType.Q4_0, Levels.between(-8, 7));
    }

    @Override
    void pack(int[] codes, byte[] block) {
        Packing.nibbles(codes, 0, block, 2);
    }
}
