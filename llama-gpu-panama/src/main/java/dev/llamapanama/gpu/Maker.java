// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import org.jspecify.annotations.Nullable;

/**
 * A launch that makes a tensor or rows of it, and the grids of kernels that do more, which have its arguments and three more. That with _q8 in
 * the name rounds what it makes: to quants, scales and sums. That with _halves splits it: to tiles and scales, and then a 1 if the tensor itself
 * is wanted too, or a 0.
 *
 * @param rounding grid of the kernel that rounds
 * @param splitting grid of the one that splits, a block for each row; null if there is none
 */
record Maker(
        RecordedLaunch launch, StepGrid rounding, @Nullable StepGrid splitting) {}
