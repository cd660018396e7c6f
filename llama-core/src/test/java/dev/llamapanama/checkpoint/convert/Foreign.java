// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.convert;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model in a format that isn't GGUF. */
record Foreign(Checkpoint model) implements Checkpoint {
    @Override
    public Path path() {
        return Path.of("nowhere", "foreign");
    }

    @Override
    public String format() {
        return "foreign";
    }

    @Override
    public LlamaConfig config() {
        return model.config();
    }

    @Override
    public Map<String, Object> metadata() {
        return Map.of();
    }

    @Override
    public Map<String, CheckpointTensor> tensors() {
        return model.tensors();
    }

    @Override
    public @Nullable TokenizerDefinition tokenizer() {
        return model.tokenizer();
    }

    @Override
    public void close() {}
}
