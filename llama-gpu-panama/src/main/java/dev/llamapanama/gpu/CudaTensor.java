// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.tensor.Tensor;

/**
 * Activations on the device, row-major without padding.
 *
 * @param times how many rows it has for each of the step's
 * @param most rows at most
 * @param buffer holds them
 */
record CudaTensor(Rows rows, int width, int times, int most, DeviceBuffer buffer) implements Tensor {

    /** Rows in a step of so many tokens at most. */
    int most(int tokens) {
        return (int) Math.min(most, (long) times * tokens);
    }

    long address() {
        return buffer.address();
    }

    /** The tensor, if it is as wide as an operation needs it. */
    static CudaTensor of(Tensor tensor, int width) {
        if (tensor.width() != width) {
            throw new IllegalArgumentException("tensor width: found " + tensor.width() + ", expected " + width);
        }
        return (CudaTensor) tensor;
    }

    /** The tensor, if whole heads make up its rows. */
    static CudaTensor ofHeads(Tensor tensor, int widthOfOne) {
        if (tensor.width() % widthOfOne != 0) {
            throw new IllegalArgumentException(
                    "tensor width: found " + tensor.width() + ", expected a multiple of " + widthOfOne);
        }
        return (CudaTensor) tensor;
    }
}
