// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * The inner loops, one implementation for each instruction set. Every result is a function of its operands alone, to the
 * last bit: not of the number of threads, nor of what else is computed in the same call, nor of how far the JIT has got.
 */
interface Kernels extends RowKernels {

    /** What it computes with, in words. */
    String description();

    /** The kernel for weights as they are stored. */
    MatrixKernel matrix(DType type);

    /** The kernel for weights that are laid out for it, or null where there is none or it wouldn't help. */
    @Nullable
    PackedKernel packed(DType type);
}
