// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import static dev.llamapanama.config.LlamaVariant.Generation.LLAMA_4;
import static dev.llamapanama.config.VariantRow.base;
import static dev.llamapanama.config.VariantRow.decoder;
import static dev.llamapanama.config.VariantRow.tuned;

import java.util.List;

/** Llama 4 and Llama Guard 4 ({@code models/llama4} of meta-llama/llama-models): the text decoders. */
final class Llama4Variants {
    private static final int BASE_CONTEXT = 262_144;
    private static final double THETA = 5e5;

    private static final AttentionPattern WITH_QK_NORM = new AttentionPattern(4, 8192, true, 8192, 0.1);
    private static final AttentionPattern WITHOUT_QK_NORM = new AttentionPattern(4, 8192, false, 8192, 0.1);

    /** Every layer is a mixture, so that the dense width of 16384 is stated but unused. Some early files scale by 8. */
    private static final LlamaConfig SCOUT = decoder(5120, 48, 40, 8, 16_384)
            .vocabSize(202_048)
            .contextLength(BASE_CONTEXT)
            .rope(THETA, new RopeScaling.Llama3(16, 1, 1, 8192))
            .attention(WITH_QK_NORM)
            .moe(new MoeConfig(16, 1, 1, 8192))
            .build();

    private static final LlamaConfig MAVERICK = SCOUT.toBuilder()
            .rope(THETA, RopeScaling.NONE)
            .attention(WITHOUT_QK_NORM)
            .moe(new MoeConfig(128, 1, 2, 8192))
            .build();

    private static final LlamaConfig SCOUT_INSTRUCT =
            SCOUT.toBuilder().contextLength(10_485_760).build();
    private static final LlamaConfig MAVERICK_INSTRUCT =
            MAVERICK.toBuilder().contextLength(1_048_576).build();

    /**
     * Scout with only the shared expert left. The sizes are its own; context, base, scaling and attention pattern are
     * unconfirmed and must come from its configuration file.
     */
    private static final LlamaConfig GUARD_4_12B = SCOUT.toBuilder()
            .ffnDim(8192)
            .contextLength(131_072)
            .rope(THETA, RopeScaling.NONE)
            .moe(null)
            .build();

    static final List<LlamaVariant> ALL = List.of(
            base(LLAMA_4, "llama4-scout", "Llama 4 Scout 17Bx16E", SCOUT, 40e12),
            tuned(LLAMA_4, "llama4-scout-instruct", "Llama 4 Scout 17Bx16E Instruct", SCOUT_INSTRUCT, 40e12),
            base(LLAMA_4, "llama4-maverick", "Llama 4 Maverick 17Bx128E", MAVERICK, 22e12),
            tuned(LLAMA_4, "llama4-maverick-instruct", "Llama 4 Maverick 17Bx128E Instruct", MAVERICK_INSTRUCT, 22e12),
            tuned(
                    LLAMA_4,
                    "llama4-maverick-instruct-fp8",
                    "Llama 4 Maverick 17Bx128E Instruct FP8",
                    MAVERICK_INSTRUCT,
                    22e12),
            tuned(LLAMA_4, "llama-guard-4-12b", "Llama Guard 4 12B", GUARD_4_12B));

    private Llama4Variants() {}
}
