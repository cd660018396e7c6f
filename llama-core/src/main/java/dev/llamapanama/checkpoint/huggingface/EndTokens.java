// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tokens that end a generation: those of {@code generation_config.json}, else those of {@code config.json}. */
final class EndTokens {
    private static final String FIELD = "eos_token_id";

    private EndTokens() {}

    static Set<Integer> of(HuggingFaceConfig config, @Nullable JsonObject generation, int vocabSize) {
        if (generation != null && generation.has(FIELD)) {
            return in(generation, vocabSize);
        }
        return in(config.root().has(FIELD) ? config.root() : config.text(), vocabSize);
    }

    private static Set<Integer> in(JsonObject object, int vocabSize) {
        List<Long> ids = object.wholes(FIELD);
        if (ids.stream().anyMatch(id -> id < 0 || id >= vocabSize)) {
            throw object.refuse(FIELD, "ids below the vocabulary size " + vocabSize);
        }
        return ids.stream().map(Long::intValue).collect(Collectors.toUnmodifiableSet());
    }
}
