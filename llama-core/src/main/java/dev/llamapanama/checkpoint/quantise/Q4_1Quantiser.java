// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** 32 nibbles behind scale and minimum. */
final class Q4_1Quantiser extends RangedBlock {
    Q4_1Quantiser() {
        super(DType.Q4_1, 15);
    }

    @Override
    void pack(int[] codes, byte[] block) {
        Packing.nibbles(codes, 0, block, 4);
    }
}
