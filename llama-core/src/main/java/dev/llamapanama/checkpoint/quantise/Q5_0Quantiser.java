// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** The fifth bits of 32 codes behind the scale, then their nibbles. */
final class Q5_0Quantiser extends ScaledBlock {
    Q5_0Quantiser() {
        super(DType.Q5_0, Levels.between(-16, 15));
    }

    @Override
    void pack(int[] codes, byte[] block) {
        Packing.fifthBits(codes, block, 2);
        Packing.nibbles(codes, 0, block, 6);
    }
}
