// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

/**
 * How Meta's {@code params.json} states the hidden width of SwiGLU: two thirds of {@code 4 · dim} ("GLU Variants",
 * arXiv 2002.05202), stretched, rounded up ({@code FeedForward} of meta-llama/llama and meta-llama/llama-models).
 *
 * @param multipleOf the width is rounded up to a multiple of it
 * @param multiplier {@code ffn_dim_multiplier}; 1 where the file has none
 */
public record FeedForwardWidth(int multipleOf, double multiplier) {
    public FeedForwardWidth {
        Require.positive("multiple_of", multipleOf);
        Require.positive("ffn_dim_multiplier", multiplier);
    }

    /** The width of a dense block. */
    public int of(int dim) {
        return ofExpert(dim, 0);
    }

    /**
     * The width of an expert of Llama 4 under {@code auto_scale_F}: a token visits {@code capacityFactor} experts
     * and the shared one, which together are about as wide as a dense block.
     *
     * @param capacityFactor {@code capacity_factor} of {@code params.json}; 1 in all released models
     */
    public int ofExpert(int dim, double capacityFactor) {
        Require.positive("dim", dim);
        Require.that(
                capacityFactor >= 0 && Double.isFinite(capacityFactor),
                "capacity_factor",
                capacityFactor,
                "a finite number of 0 or more");
        long twoThirds = 8L * dim / 3;
        long stretched = (long) (multiplier * twoThirds);
        long shared = (long) (stretched / (capacityFactor + 1));
        Require.that(
                shared > 0 && shared <= Integer.MAX_VALUE - multipleOf, "feed-forward width", shared, "1 to 2^31 - 1");
        return (int) (Math.ceilDiv(shared, multipleOf) * multipleOf);
    }
}
