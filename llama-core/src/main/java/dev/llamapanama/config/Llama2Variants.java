// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import static dev.llamapanama.config.LlamaVariant.Generation.CODE_LLAMA;
import static dev.llamapanama.config.LlamaVariant.Generation.LLAMA_1;
import static dev.llamapanama.config.LlamaVariant.Generation.LLAMA_2;
import static dev.llamapanama.config.VariantRow.base;
import static dev.llamapanama.config.VariantRow.decoder;
import static dev.llamapanama.config.VariantRow.tuned;

import java.util.List;

/**
 * Llama 1 (arXiv 2302.13971), Llama 2 (arXiv 2307.09288), Code Llama (arXiv 2308.12950) and Llama Guard 1: one
 * SentencePiece vocabulary of 32000, to which Code Llama adds 16 tokens for infilling.
 */
final class Llama2Variants {
    private static final int VOCABULARY = 32_000;
    private static final int INFILLING_VOCABULARY = 32_016;

    static final LlamaConfig LLAMA_1_7B = llama1(decoder(4096, 32, 32, 32, 11_008));
    static final LlamaConfig LLAMA_1_13B = llama1(decoder(5120, 40, 40, 40, 13_824));
    private static final LlamaConfig LLAMA_1_33B = llama1(decoder(6656, 60, 52, 52, 17_920));

    /** Public copies of its params.json disagree about epsilon: 1e-5 in two loaders, 1e-6 in others. */
    private static final LlamaConfig LLAMA_1_65B =
            llama1(decoder(8192, 80, 64, 64, 22_016)).toBuilder().normEps(1e-5).build();

    /** The first params.json of 7B had an epsilon of 1e-6 (meta-llama/llama issue 771). */
    static final LlamaConfig LLAMA_2_7B = llama2(decoder(4096, 32, 32, 32, 11_008));

    static final LlamaConfig LLAMA_2_13B = llama2(decoder(5120, 40, 40, 40, 13_824));

    /** Unreleased: the paper tells grouped-query attention and context; the rest is taken from Code Llama 34B. */
    private static final LlamaConfig LLAMA_2_34B = llama2(decoder(8192, 48, 64, 8, 22_016));

    private static final LlamaConfig LLAMA_2_70B = llama2(decoder(8192, 80, 64, 8, 28_672));

    private static final LlamaConfig CODE_7B = codeLlama(LLAMA_2_7B, INFILLING_VOCABULARY);
    private static final LlamaConfig CODE_7B_PYTHON = codeLlama(LLAMA_2_7B, VOCABULARY);
    private static final LlamaConfig CODE_13B = codeLlama(LLAMA_2_13B, INFILLING_VOCABULARY);
    private static final LlamaConfig CODE_13B_PYTHON = codeLlama(LLAMA_2_13B, VOCABULARY);
    private static final LlamaConfig CODE_34B = codeLlama(LLAMA_2_34B, VOCABULARY);
    private static final LlamaConfig CODE_70B = codeLlama(LLAMA_2_70B, INFILLING_VOCABULARY);

    /** Base 1e4 and the short context are no slip: meta-llama/codellama issue 188. */
    private static final LlamaConfig CODE_70B_TUNED =
            LLAMA_2_70B.toBuilder().vocabSize(INFILLING_VOCABULARY).build();

    /** Code Llama stands without token counts: those known (500B on top of Llama 2's, 1T for 70B) are unconfirmed. */
    static final List<LlamaVariant> ALL = List.of(
            base(LLAMA_1, "llama1-7b", "Llama 1 7B", LLAMA_1_7B, 1e12),
            base(LLAMA_1, "llama1-13b", "Llama 1 13B", LLAMA_1_13B, 1e12),
            // Its folder is named 30B.
            base(LLAMA_1, "llama1-33b", "Llama 1 33B", LLAMA_1_33B, 1.4e12),
            base(LLAMA_1, "llama1-65b", "Llama 1 65B", LLAMA_1_65B, 1.4e12),
            base(LLAMA_2, "llama2-7b", "Llama 2 7B", LLAMA_2_7B, 2e12),
            tuned(LLAMA_2, "llama2-7b-chat", "Llama 2 7B Chat", LLAMA_2_7B, 2e12),
            base(LLAMA_2, "llama2-13b", "Llama 2 13B", LLAMA_2_13B, 2e12),
            tuned(LLAMA_2, "llama2-13b-chat", "Llama 2 13B Chat", LLAMA_2_13B, 2e12),
            base(LLAMA_2, "llama2-34b", "Llama 2 34B (unreleased)", LLAMA_2_34B, 2e12),
            base(LLAMA_2, "llama2-70b", "Llama 2 70B", LLAMA_2_70B, 2e12),
            tuned(LLAMA_2, "llama2-70b-chat", "Llama 2 70B Chat", LLAMA_2_70B, 2e12),
            tuned(LLAMA_2, "llama-guard-1-7b", "Llama Guard 1 7B", LLAMA_2_7B),
            base(CODE_LLAMA, "codellama-7b", "Code Llama 7B", CODE_7B),
            base(CODE_LLAMA, "codellama-7b-python", "Code Llama 7B Python", CODE_7B_PYTHON),
            tuned(CODE_LLAMA, "codellama-7b-instruct", "Code Llama 7B Instruct", CODE_7B),
            base(CODE_LLAMA, "codellama-13b", "Code Llama 13B", CODE_13B),
            base(CODE_LLAMA, "codellama-13b-python", "Code Llama 13B Python", CODE_13B_PYTHON),
            tuned(CODE_LLAMA, "codellama-13b-instruct", "Code Llama 13B Instruct", CODE_13B),
            base(CODE_LLAMA, "codellama-34b", "Code Llama 34B", CODE_34B),
            base(CODE_LLAMA, "codellama-34b-python", "Code Llama 34B Python", CODE_34B),
            tuned(CODE_LLAMA, "codellama-34b-instruct", "Code Llama 34B Instruct", CODE_34B),
            base(CODE_LLAMA, "codellama-70b", "Code Llama 70B", CODE_70B),
            base(CODE_LLAMA, "codellama-70b-python", "Code Llama 70B Python", CODE_70B_TUNED),
            tuned(CODE_LLAMA, "codellama-70b-instruct", "Code Llama 70B Instruct", CODE_70B_TUNED));

    private Llama2Variants() {}

    private static LlamaConfig llama1(LlamaConfigBuilder shape) {
        return shape.vocabSize(VOCABULARY).contextLength(2048).normEps(1e-6).build();
    }

    private static LlamaConfig llama2(LlamaConfigBuilder shape) {
        return shape.vocabSize(VOCABULARY).contextLength(4096).build();
    }

    /** Trained on 16K tokens; its README claims use up to 100K. */
    private static LlamaConfig codeLlama(LlamaConfig base, int vocabulary) {
        return base.toBuilder()
                .vocabSize(vocabulary)
                .contextLength(16_384)
                .rope(1e6, RopeScaling.NONE)
                .build();
    }
}
