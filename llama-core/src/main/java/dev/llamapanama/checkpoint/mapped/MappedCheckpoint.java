// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.mapped;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A checkpoint whose weights are slices of one mapped file, which it owns. */
public final class MappedCheckpoint implements Checkpoint {
    private final MappedFile file;
    private final String format;
    private final LlamaConfig config;
    private final SequencedMap<String, Object> metadata;
    private final SequencedMap<String, CheckpointTensor> tensors;
    private final @Nullable TokenizerDefinition tokenizer;

    /** Takes the maps over; the caller changes them no more. */
    public MappedCheckpoint(
            MappedFile file,
            String format,
            LlamaConfig config,
            SequencedMap<String, Object> metadata,
            SequencedMap<String, CheckpointTensor> tensors,
            @Nullable TokenizerDefinition tokenizer) {
        this.file = file;
        this.format = format;
        this.config = config;
        this.metadata = Collections.unmodifiableSequencedMap(metadata);
        this.tensors = Collections.unmodifiableSequencedMap(tensors);
        this.tokenizer = tokenizer;
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public String format() {
        return format;
    }

    @Override
    public LlamaConfig config() {
        return config;
    }

    @Override
    public Map<String, Object> metadata() {
        return metadata;
    }

    @Override
    public Map<String, CheckpointTensor> tensors() {
        return tensors;
    }

    @Override
    public @Nullable TokenizerDefinition tokenizer() {
        return tokenizer;
    }

    @Override
    public void close() {
        file.close();
    }
}
