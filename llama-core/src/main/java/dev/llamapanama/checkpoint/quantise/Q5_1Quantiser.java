// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** The fifth bits of 32 codes behind scale and minimum, then their nibbles. */
final class Q5_1Quantiser extends RangedBlock {
    Q5_1Quantiser() {
        super(DType.Q5_1, 31);
    }

    @Override
    void pack(int[] codes, byte[] block) {
        Packing.fifthBits(codes, block, 4);
        Packing.nibbles(codes, 0, block, 8);
    }
}
