// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import org.jspecify.annotations.Nullable;

/**
 * What makes the queries, keys and values of a layer: norm of the residual stream, three products, and the rotation of queries and keys.
 *
 * @param norm weights of the norm
 * @param eps of the norms
 * @param wq {@code [heads · headDim, dim]}
 * @param wk {@code [kvHeads · headDim, dim]}
 * @param wv like {@code wk}
 * @param rope null for a layer that knows nothing of positions
 * @param headNorm whether {@link Ops#rmsNormHeads} of queries and keys follows their rotation
 */
public record QkvProjection(
        Weights norm,
        double eps,
        Weights wq,
        Weights wk,
        Weights wv,
        @Nullable RopeFrequencies rope,
        boolean headNorm) {}
