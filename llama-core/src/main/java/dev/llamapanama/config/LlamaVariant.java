// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One published model: an entry of the catalogue of every Llama, and of relatives that load with the same graph.
 *
 * <p>Absent for want of a Llama decoder: Llama 4 Behemoth was never released, nor was its configuration; Prompt Guard 1
 * and 2 are DeBERTa encoders with a classifier head. Of models that see images this is the text decoder. Forms of a
 * model that differ only in how weights are stored (FP8, INT8) have an entry where they have a name of their own.
 *
 * @param id short name, such as {@code llama3.1-8b-instruct}
 * @param displayName name to show, such as "Llama 3.1 8B Instruct"
 * @param generation the Llama it is or was tuned from
 * @param config its shape
 * @param instruct whether it was tuned to follow a prompt format: chat, instructions, Llama Guard's classification
 * @param pretrainingTokens tokens of pre-training as published (a rounded number), or null where none were
 */
public record LlamaVariant(
        String id,
        String displayName,
        Generation generation,
        LlamaConfig config,
        boolean instruct,
        @Nullable Long pretrainingTokens) {

    /** Generations, oldest first: each has its own tokenizer, prompt format or architecture. */
    public enum Generation {
        LLAMA_1,
        LLAMA_2,
        CODE_LLAMA,
        LLAMA_3,
        LLAMA_3_1,
        LLAMA_3_2,
        LLAMA_3_3,
        LLAMA_4,
        /** Not Meta's but of the same graph: TinyLlama, OpenLLaMA, Vicuna, SmolLM, the stories of llama2.c. */
        RELATIVE
    }

    /** The whole catalogue, by generation and size. */
    public static List<LlamaVariant> all() {
        return VariantCatalogue.ALL;
    }

    /**
     * @param id as in the catalogue, or with other hyphens and capitals: {@code Llama-3.2-1B}
     * @return the variant of this id
     * @throws IllegalArgumentException if there is none
     */
    public static LlamaVariant byId(String id) {
        return VariantCatalogue.byId(id);
    }

    /**
     * The published models that a configuration could be of: those with the same matrices which agree most in what
     * matrices don't show (frequencies of RoPE before all, then context length, epsilon, tied head, attention pattern).
     * Base, tuned and related models may share all of it, so there can be many; empty if no model has these matrices.
     */
    public static List<LlamaVariant> recognise(LlamaConfig config) {
        return VariantCatalogue.recognise(config);
    }
}
