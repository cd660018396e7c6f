// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.mapped;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A checkpoint whose weights are slices of mapped files, which it owns. */
public final class MappedCheckpoint implements Checkpoint {
    private final Path path;
    private final Closing files;
    private final String format;
    private final LlamaConfig config;
    private final SequencedMap<String, Object> metadata;
    private final SequencedMap<String, CheckpointTensor> tensors;
    private final @Nullable TokenizerDefinition tokenizer;
    private final Set<Integer> endTokens;
    private final SequencedMap<String, CheckpointTensor> otherTensors;

    /** Unmaps what a checkpoint owns; idempotent. */
    @FunctionalInterface
    public interface Closing {
        void close();
    }

    /** Takes the maps over; the caller changes them no more. */
    public MappedCheckpoint(
            Path path,
            Closing files,
            String format,
            LlamaConfig config,
            SequencedMap<String, Object> metadata,
            SequencedMap<String, CheckpointTensor> tensors,
            @Nullable TokenizerDefinition tokenizer) {
        this(path, files, format, config, metadata, tensors, tokenizer, Set.of(), new LinkedHashMap<>());
    }

    private MappedCheckpoint(
            Path path,
            Closing files,
            String format,
            LlamaConfig config,
            SequencedMap<String, Object> metadata,
            SequencedMap<String, CheckpointTensor> tensors,
            @Nullable TokenizerDefinition tokenizer,
            Set<Integer> endTokens,
            SequencedMap<String, CheckpointTensor> otherTensors) {
        this.path = path;
        this.files = files;
        this.format = format;
        this.config = config;
        this.metadata = Collections.unmodifiableSequencedMap(metadata);
        this.tensors = Collections.unmodifiableSequencedMap(tensors);
        this.tokenizer = tokenizer;
        this.endTokens = Set.copyOf(endTokens);
        this.otherTensors = Collections.unmodifiableSequencedMap(otherTensors);
    }

    /**
     * The same checkpoint, of which a generation ends at more tokens.
     *
     * @param ids besides those that the tokenizer knows
     */
    public MappedCheckpoint withEndTokens(Set<Integer> ids) {
        return new MappedCheckpoint(path, files, format, config, metadata, tensors, tokenizer, ids, otherTensors);
    }

    /** The same checkpoint with tensors that a decoder doesn't read; takes the map over. */
    public MappedCheckpoint withOtherTensors(SequencedMap<String, CheckpointTensor> others) {
        return new MappedCheckpoint(path, files, format, config, metadata, tensors, tokenizer, endTokens, others);
    }

    @Override
    public Path path() {
        return path;
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
    public Map<String, CheckpointTensor> otherTensors() {
        return otherTensors;
    }

    @Override
    public @Nullable TokenizerDefinition tokenizer() {
        return tokenizer;
    }

    @Override
    public Set<Integer> endTokens() {
        return endTokens;
    }

    @Override
    public void close() {
        files.close();
    }
}
