// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

/**
 * The mixture of experts of Llama 4: in every {@code interleave}-th layer a router picks {@code expertsPerToken} of
 * {@code experts} SwiGLU networks, beside one shared expert of the same width.
 *
 * @param experts routed experts of a layer
 * @param expertsPerToken experts that see a token
 * @param interleave layer {@code l} is a mixture when {@code (l + 1) % interleave == 0}; the others are dense
 * @param expertFfnDim hidden width of each routed expert and of the shared one
 */
public record MoeConfig(int experts, int expertsPerToken, int interleave, int expertFfnDim) {
    public MoeConfig {
        Require.positive("experts", experts);
        Require.that(
                expertsPerToken > 0 && expertsPerToken <= experts,
                "experts per token",
                expertsPerToken,
                "1 to " + experts);
        Require.positive("mixture interleave", interleave);
        Require.positive("expert feed-forward width", expertFfnDim);
    }

    /** Whether the layer (from 0) is a mixture. */
    public boolean inLayer(int layer) {
        return (layer + 1) % interleave == 0;
    }

    /** How many of so many layers are mixtures. */
    public int mixtureLayers(int layers) {
        return layers / interleave;
    }
}
