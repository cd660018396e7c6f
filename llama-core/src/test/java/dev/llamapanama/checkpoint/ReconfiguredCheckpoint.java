// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The weights of a file under a configuration that the file doesn't state. */
record ReconfiguredCheckpoint(Checkpoint file, LlamaConfig config) implements Checkpoint {
    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public String format() {
        return file.format();
    }

    @Override
    public Map<String, Object> metadata() {
        return file.metadata();
    }

    @Override
    public Map<String, CheckpointTensor> tensors() {
        return file.tensors();
    }

    @Override
    public @Nullable TokenizerDefinition tokenizer() {
        return file.tokenizer();
    }

    @Override
    public void close() {
        file.close();
    }
}
