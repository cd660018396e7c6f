// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import static dev.llamapanama.config.LlamaVariant.Generation.RELATIVE;
import static dev.llamapanama.config.VariantRow.base;
import static dev.llamapanama.config.VariantRow.decoder;
import static dev.llamapanama.config.VariantRow.tuned;

import java.util.List;

/**
 * Models of others that have the graph of Llama 2 (litgpt's {@code config.py}, README of karpathy/llama2.c). Token
 * counts are left out. Unconfirmed: SmolLM (v1), and Vicuna beyond the fields of the models that it was tuned from.
 */
final class RelativeVariants {
    private static final LlamaConfig TINY_LLAMA = llama(decoder(2048, 22, 32, 4, 5632));

    private static final LlamaConfig OPEN_LLAMA_3B =
            llama(decoder(3200, 26, 32, 32, 8640).normEps(1e-6));

    private static final LlamaConfig SMOL_LM2_135M = smolLm2(decoder(576, 30, 9, 3, 1536), 1e5);
    private static final LlamaConfig SMOL_LM2_360M = smolLm2(decoder(960, 32, 15, 5, 2560), 1e5);
    private static final LlamaConfig SMOL_LM2_1_7B = smolLm2(decoder(2048, 24, 32, 32, 8192), 1.3e5);

    private static final LlamaConfig STORIES_260K = stories(decoder(64, 5, 8, 4, 172), 512, 512);
    private static final LlamaConfig STORIES_15M = stories(decoder(288, 6, 6, 6, 768), 32_000, 256);
    private static final LlamaConfig STORIES_42M = stories(decoder(512, 8, 8, 8, 1376), 32_000, 1024);
    private static final LlamaConfig STORIES_110M = stories(decoder(768, 12, 12, 12, 2048), 32_000, 1024);

    static final List<LlamaVariant> ALL = List.of(
            base(RELATIVE, "tinyllama-1.1b", "TinyLlama 1.1B", TINY_LLAMA),
            base(RELATIVE, "openllama-3b", "OpenLLaMA 3B", OPEN_LLAMA_3B),
            base(RELATIVE, "openllama-7b", "OpenLLaMA 7B", Llama2Variants.LLAMA_1_7B),
            base(RELATIVE, "openllama-13b", "OpenLLaMA 13B", Llama2Variants.LLAMA_1_13B),
            tuned(RELATIVE, "vicuna-7b-v1.3", "Vicuna 7B v1.3", Llama2Variants.LLAMA_1_7B),
            tuned(RELATIVE, "vicuna-13b-v1.3", "Vicuna 13B v1.3", Llama2Variants.LLAMA_1_13B),
            tuned(RELATIVE, "vicuna-7b-v1.5", "Vicuna 7B v1.5", Llama2Variants.LLAMA_2_7B),
            tuned(RELATIVE, "vicuna-13b-v1.5", "Vicuna 13B v1.5", Llama2Variants.LLAMA_2_13B),
            base(RELATIVE, "smollm-135m", "SmolLM 135M", smolLm1(SMOL_LM2_135M)),
            base(RELATIVE, "smollm-360m", "SmolLM 360M", smolLm1(SMOL_LM2_360M)),
            base(RELATIVE, "smollm-1.7b", "SmolLM 1.7B", smolLm1(SMOL_LM2_1_7B)),
            base(RELATIVE, "smollm2-135m", "SmolLM2 135M", SMOL_LM2_135M),
            base(RELATIVE, "smollm2-360m", "SmolLM2 360M", SMOL_LM2_360M),
            base(RELATIVE, "smollm2-1.7b", "SmolLM2 1.7B", SMOL_LM2_1_7B),
            base(RELATIVE, "stories260k", "stories260K", STORIES_260K),
            base(RELATIVE, "stories15m", "stories15M", STORIES_15M),
            base(RELATIVE, "stories42m", "stories42M", STORIES_42M),
            base(RELATIVE, "stories110m", "stories110M", STORIES_110M));

    private RelativeVariants() {}

    private static LlamaConfig llama(LlamaConfigBuilder shape) {
        return shape.vocabSize(32_000).contextLength(2048).build();
    }

    private static LlamaConfig smolLm2(LlamaConfigBuilder shape, double theta) {
        return shape.vocabSize(49_152)
                .contextLength(8192)
                .rope(theta, RopeScaling.NONE)
                .tiedEmbeddings(true)
                .build();
    }

    private static LlamaConfig smolLm1(LlamaConfig successor) {
        return successor.toBuilder()
                .contextLength(2048)
                .rope(1e4, RopeScaling.NONE)
                .build();
    }

    private static LlamaConfig stories(LlamaConfigBuilder shape, int vocabulary, int context) {
        return shape.vocabSize(vocabulary)
                .contextLength(context)
                .tiedEmbeddings(true)
                .build();
    }
}
