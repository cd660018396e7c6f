// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import dev.llamapanama.config.LlamaVariant.Generation;

/** The columns of the catalogue's tables. */
final class VariantRow {
    private VariantRow() {}

    static LlamaConfigBuilder decoder(int dim, int layers, int heads, int kvHeads, int ffnDim) {
        return LlamaConfig.builder()
                .dim(dim)
                .layers(layers)
                .heads(heads)
                .kvHeads(kvHeads)
                .ffnDim(ffnDim);
    }

    /** @param tokens of pre-training */
    static LlamaVariant base(Generation generation, String id, String name, LlamaConfig config, double tokens) {
        return new LlamaVariant(id, name, generation, config, false, Math.round(tokens));
    }

    /** Without a published number of tokens. */
    static LlamaVariant base(Generation generation, String id, String name, LlamaConfig config) {
        return new LlamaVariant(id, name, generation, config, false, null);
    }

    /** @param tokens of pre-training, that of the base */
    static LlamaVariant tuned(Generation generation, String id, String name, LlamaConfig config, double tokens) {
        return new LlamaVariant(id, name, generation, config, true, Math.round(tokens));
    }

    /** Without a published number of tokens. */
    static LlamaVariant tuned(Generation generation, String id, String name, LlamaConfig config) {
        return new LlamaVariant(id, name, generation, config, true, null);
    }
}
