// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.json.JsonFile;
import dev.llamapanama.checkpoint.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code adapter_config.json}, as far as it says what the matrices of a LoRA adapter mean ({@code LoraConfig} of PEFT 0.21). What would change
 * the result and isn't honoured is refused by name. Which modules were trained is told by the tensors, and {@code fan_in_fan_out} means
 * nothing for linear layers, to PEFT neither.
 */
final class PeftConfig {
    private static final int MOST_BYTES = 4 << 20;

    /** Variants of LoRA, and what would replace parts of the model. */
    private static final List<String> VARIANTS = List.of(
            "use_dora",
            "lora_bias",
            "modules_to_save",
            "trainable_token_indices",
            "target_parameters",
            "layer_replication",
            "alora_invocation_tokens",
            "use_qalora",
            "use_bdlora",
            "arrow_config",
            "kasa_config",
            "velora_config",
            "monteclora_config");

    /** Beginnings of training that leave the weights of the model as they are; others subtract from them what the adapter begins with. */
    private static final List<Object> NEUTRAL_BEGINNINGS =
            List.of(true, false, "gaussian", "eva", "orthogonal", "mica");

    private final JsonObject root;
    private final double alpha;
    private final double rank;
    private final boolean rankStabilised;
    private final ModulePatterns alphas;
    private final ModulePatterns ranks;

    private PeftConfig(JsonObject root) {
        this.root = root;
        alpha = root.number("lora_alpha", 8);
        rank = root.integer("r", 8);
        rankStabilised = root.flag("use_rslora", false);
        alphas = ModulePatterns.of(root.object("alpha_pattern"));
        ranks = ModulePatterns.of(root.object("rank_pattern"));
    }

    static PeftConfig read(Path file) {
        JsonObject root = JsonFile.read(file, MOST_BYTES);
        if (!"LORA".equals(root.text("peft_type"))) {
            throw root.refuse("peft_type", "LORA");
        }
        String bias = root.text("bias");
        if (bias != null && !bias.equals("none")) {
            throw root.refuse("bias", "none");
        }
        Map<String, Object> fields = root.plain();
        for (String variant : VARIANTS) {
            if (isSet(fields.getOrDefault(variant, false))) {
                throw root.refuse(variant, "nothing: plain LoRA");
            }
        }
        if (!NEUTRAL_BEGINNINGS.contains(fields.getOrDefault("init_lora_weights", true))) {
            throw root.refuse("init_lora_weights", "one of " + NEUTRAL_BEGINNINGS + ", which keep the model's weights");
        }
        return new PeftConfig(root);
    }

    private static boolean isSet(Object value) {
        return !(value.equals(false) || value.equals(List.of()) || value.equals(Map.of()));
    }

    /**
     * What the product of the matrices is multiplied with.
     *
     * @param module name of the linear layer in the model
     * @param found inner width of the matrices
     */
    double scale(String module, int found) {
        double expected = ranks.of(module).orElse(rank);
        if (expected != found) {
            throw root.refuse(
                    ranks.of(module).isPresent() ? "rank_pattern" : "r",
                    found + " for " + module + ", as its matrices have it");
        }
        return alphas.of(module).orElse(alpha) / (rankStabilised ? Math.sqrt(found) : found);
    }
}
