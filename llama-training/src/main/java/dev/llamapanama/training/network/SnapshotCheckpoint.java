// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.WeightSource;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A copy of the weights in native memory, where the engine wants them. */
final class SnapshotCheckpoint implements Checkpoint {
    private static final ValueLayout.OfFloat LITTLE =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ALIGNMENT = 64;

    private final LlamaConfig config;
    private final Path path;
    private final @Nullable TokenizerDefinition tokenizer;
    private final Arena arena = Arena.ofShared();
    private final Map<String, CheckpointTensor> tensors = new LinkedHashMap<>();

    SnapshotCheckpoint(Parameters parameters, Path path, @Nullable TokenizerDefinition tokenizer) {
        config = parameters.config();
        this.path = path;
        this.tokenizer = tokenizer;
        for (ParameterTensor tensor : parameters.tensors().values()) {
            MemorySegment bytes = arena.allocate((long) tensor.size() * Float.BYTES, ALIGNMENT);
            MemorySegment.copy(parameters.values(), tensor.offset(), bytes, LITTLE, 0, tensor.size());
            WeightSource source = WeightSource.of(bytes.asReadOnly());
            tensors.put(tensor.name(), new CheckpointTensor(tensor.name(), DType.F32, tensor.shape(), source));
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public String format() {
        return "weights in training";
    }

    @Override
    public LlamaConfig config() {
        return config;
    }

    @Override
    public Map<String, Object> metadata() {
        return Map.of();
    }

    @Override
    public Map<String, CheckpointTensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public @Nullable TokenizerDefinition tokenizer() {
        return tokenizer;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
