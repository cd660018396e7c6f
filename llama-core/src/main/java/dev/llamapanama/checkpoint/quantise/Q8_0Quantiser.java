// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** 32 bytes behind the scale; −128 is left out, as ggml does. */
final class Q8_0Quantiser extends ScaledBlock {
    Q8_0Quantiser() {
        super(DType.Q8_0, Levels.between(-127, 127));
    }

    @Override
    void pack(int[] codes, byte[] block) {
        for (int j = 0; j < 32; j++) {
            block[2 + j] = (byte) (codes[j] - 127);
        }
    }
}
