// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import static dev.llamapanama.config.LlamaVariant.Generation.LLAMA_3;
import static dev.llamapanama.config.LlamaVariant.Generation.LLAMA_3_1;
import static dev.llamapanama.config.LlamaVariant.Generation.LLAMA_3_2;
import static dev.llamapanama.config.LlamaVariant.Generation.LLAMA_3_3;
import static dev.llamapanama.config.VariantRow.base;
import static dev.llamapanama.config.VariantRow.decoder;
import static dev.llamapanama.config.VariantRow.tuned;

import java.util.List;

/**
 * Llama 3 to 3.3 (arXiv 2407.21783) and Llama Guard 2 and 3: one byte-level BPE vocabulary of 128256, RoPE of base 5e5.
 * Vision models embed 8 more rows for image tokens, which the head doesn't have.
 */
final class Llama3Variants {
    private static final int LONG_CONTEXT = 131_072;
    private static final double THETA = 5e5;
    private static final RopeScaling BY_8 = new RopeScaling.Llama3(8, 1, 4, 8192);

    /** Meta's own model.py scales 1B and 3B by 8, every configuration file by 32. */
    private static final RopeScaling BY_32 = new RopeScaling.Llama3(32, 1, 4, 8192);

    private static final LlamaConfig LLAMA_3_8B = llama3(decoder(4096, 32, 32, 8, 14_336));
    private static final LlamaConfig LLAMA_3_70B = llama3(decoder(8192, 80, 64, 8, 28_672));

    private static final LlamaConfig LLAMA_3_1_8B = extended(LLAMA_3_8B, BY_8);
    private static final LlamaConfig LLAMA_3_1_70B = extended(LLAMA_3_70B, BY_8);

    /** The files for 16 devices ("MP16") state 16 key/value heads, each of the 8 stored twice. */
    private static final LlamaConfig LLAMA_3_1_405B = extended(llama3(decoder(16_384, 126, 128, 8, 53_248)), BY_8);

    /** Tied; Meta's consolidated files store the head all the same. */
    private static final LlamaConfig LLAMA_3_2_1B = tied(extended(llama3(decoder(2048, 16, 32, 8, 8192)), BY_32));

    private static final LlamaConfig LLAMA_3_2_3B = tied(extended(llama3(decoder(3072, 28, 24, 8, 8192)), BY_32));

    /** Blocks in 4 bits by groups of 32 (model card; sku_list.py says 256), embedding and head in 8. */
    private static final LlamaConfig LLAMA_3_2_1B_QUANTISED =
            LLAMA_3_2_1B.toBuilder().contextLength(8192).build();

    private static final LlamaConfig LLAMA_3_2_3B_QUANTISED =
            LLAMA_3_2_3B.toBuilder().contextLength(8192).build();

    /** Images of 448 pixels in the base model and 560 in the tuned one: the text decoder is the same. */
    private static final LlamaConfig LLAMA_3_2_11B_VISION =
            LLAMA_3_1_8B.toBuilder().crossAttentionLayers(8).build();

    /** Its card counts 88.8B parameters, its modules 88.55B. */
    private static final LlamaConfig LLAMA_3_2_90B_VISION =
            LLAMA_3_1_70B.toBuilder().crossAttentionLayers(20).build();

    /** From a third-party copy of its config.json: factor 8, and a head of its own. */
    private static final LlamaConfig GUARD_3_1B =
            LLAMA_3_2_1B.toBuilder().rope(THETA, BY_8).tiedEmbeddings(false).build();

    /** Pruned in layers and width; the head in its file has only the 20 rows it needs. Context unconfirmed. */
    private static final LlamaConfig GUARD_3_1B_INT4 = llama3(decoder(2048, 12, 32, 8, 6400)).toBuilder()
            .contextLength(LONG_CONTEXT)
            .build();

    static final List<LlamaVariant> ALL = List.of(
            base(LLAMA_3, "llama3-8b", "Llama 3 8B", LLAMA_3_8B, 15e12),
            tuned(LLAMA_3, "llama3-8b-instruct", "Llama 3 8B Instruct", LLAMA_3_8B, 15e12),
            base(LLAMA_3, "llama3-70b", "Llama 3 70B", LLAMA_3_70B, 15e12),
            tuned(LLAMA_3, "llama3-70b-instruct", "Llama 3 70B Instruct", LLAMA_3_70B, 15e12),
            // sku_list.py gives it 32000 tokens, but it has the tokenizer of Llama 3.
            tuned(LLAMA_3, "llama-guard-2-8b", "Llama Guard 2 8B", LLAMA_3_8B),
            base(LLAMA_3_1, "llama3.1-8b", "Llama 3.1 8B", LLAMA_3_1_8B, 15e12),
            tuned(LLAMA_3_1, "llama3.1-8b-instruct", "Llama 3.1 8B Instruct", LLAMA_3_1_8B, 15e12),
            base(LLAMA_3_1, "llama3.1-70b", "Llama 3.1 70B", LLAMA_3_1_70B, 15e12),
            tuned(LLAMA_3_1, "llama3.1-70b-instruct", "Llama 3.1 70B Instruct", LLAMA_3_1_70B, 15e12),
            base(LLAMA_3_1, "llama3.1-405b", "Llama 3.1 405B", LLAMA_3_1_405B, 15.6e12),
            tuned(LLAMA_3_1, "llama3.1-405b-instruct", "Llama 3.1 405B Instruct", LLAMA_3_1_405B, 15.6e12),
            // sku_list.py has no scaling for Guard 3 8B, the Hugging Face converter that of 3.1.
            tuned(LLAMA_3_1, "llama-guard-3-8b", "Llama Guard 3 8B", LLAMA_3_1_8B),
            tuned(LLAMA_3_1, "llama-guard-3-8b-int8", "Llama Guard 3 8B INT8", LLAMA_3_1_8B),
            base(LLAMA_3_2, "llama3.2-1b", "Llama 3.2 1B", LLAMA_3_2_1B, 9e12),
            tuned(LLAMA_3_2, "llama3.2-1b-instruct", "Llama 3.2 1B Instruct", LLAMA_3_2_1B, 9e12),
            tuned(
                    LLAMA_3_2,
                    "llama3.2-1b-instruct-spinquant",
                    "Llama 3.2 1B Instruct SpinQuant",
                    LLAMA_3_2_1B_QUANTISED),
            tuned(LLAMA_3_2, "llama3.2-1b-instruct-qlora", "Llama 3.2 1B Instruct QLoRA", LLAMA_3_2_1B_QUANTISED),
            base(LLAMA_3_2, "llama3.2-3b", "Llama 3.2 3B", LLAMA_3_2_3B, 9e12),
            tuned(LLAMA_3_2, "llama3.2-3b-instruct", "Llama 3.2 3B Instruct", LLAMA_3_2_3B, 9e12),
            tuned(
                    LLAMA_3_2,
                    "llama3.2-3b-instruct-spinquant",
                    "Llama 3.2 3B Instruct SpinQuant",
                    LLAMA_3_2_3B_QUANTISED),
            tuned(LLAMA_3_2, "llama3.2-3b-instruct-qlora", "Llama 3.2 3B Instruct QLoRA", LLAMA_3_2_3B_QUANTISED),
            base(LLAMA_3_2, "llama3.2-11b-vision", "Llama 3.2 11B Vision", LLAMA_3_2_11B_VISION),
            tuned(LLAMA_3_2, "llama3.2-11b-vision-instruct", "Llama 3.2 11B Vision Instruct", LLAMA_3_2_11B_VISION),
            base(LLAMA_3_2, "llama3.2-90b-vision", "Llama 3.2 90B Vision", LLAMA_3_2_90B_VISION),
            tuned(LLAMA_3_2, "llama3.2-90b-vision-instruct", "Llama 3.2 90B Vision Instruct", LLAMA_3_2_90B_VISION),
            tuned(LLAMA_3_2, "llama-guard-3-1b", "Llama Guard 3 1B", GUARD_3_1B),
            tuned(LLAMA_3_2, "llama-guard-3-1b-int4", "Llama Guard 3 1B INT4", GUARD_3_1B_INT4),
            tuned(LLAMA_3_2, "llama-guard-3-11b-vision", "Llama Guard 3 11B Vision", LLAMA_3_2_11B_VISION),
            tuned(LLAMA_3_3, "llama3.3-70b-instruct", "Llama 3.3 70B Instruct", LLAMA_3_1_70B, 15e12));

    private Llama3Variants() {}

    private static LlamaConfig llama3(LlamaConfigBuilder shape) {
        return shape.vocabSize(128_256)
                .contextLength(8192)
                .rope(THETA, RopeScaling.NONE)
                .build();
    }

    private static LlamaConfig extended(LlamaConfig base, RopeScaling scaling) {
        return base.toBuilder().contextLength(LONG_CONTEXT).rope(THETA, scaling).build();
    }

    private static LlamaConfig tied(LlamaConfig base) {
        return base.toBuilder().tiedEmbeddings(true).build();
    }
}
