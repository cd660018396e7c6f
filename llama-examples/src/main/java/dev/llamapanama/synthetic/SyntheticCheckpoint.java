// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.synthetic;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.WeightLayout;
import dev.llamapanama.checkpoint.convert.WeightTypes;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.LlamaVariant;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Little;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A published shape with random weights: it takes the time and memory of the real model and knows nothing. Matrices have a mean near 0
 * and a deviation of 0.02, weights of norms are 1; the same variant and types give the same bytes. Weights are made when they are
 * first asked for. There is no tokenizer, and {@link #path} names no file.
 */
public final class SyntheticCheckpoint implements Checkpoint {
    private static final double DEVIATION = 0.02;

    /** A prime number, so that rows of matrices are not at equal places of the stretch. */
    private static final long STRETCH_BLOCKS = 16_381;

    private final String variant;
    private final LlamaConfig config;
    private final WeightTypes types;
    private final LongConsumer admission;
    private final Arena arena = Arena.ofShared();
    private final Map<String, MemorySegment> stretches = new LinkedHashMap<>();
    private final SequencedMap<String, CheckpointTensor> tensors = new LinkedHashMap<>();
    private final long bytes;
    private boolean admitted;

    /**
     * Nothing of size is allocated yet.
     *
     * @param admission is asked once, before the first weight is made, with the bytes of all; may refuse by throwing
     * @throws IllegalArgumentException if this version lacks one of the types
     */
    public SyntheticCheckpoint(LlamaVariant variant, WeightTypes types, LongConsumer admission) {
        this.variant = variant.id();
        config = variant.config();
        this.types = types;
        this.admission = admission;
        try {
            WeightLayout.forEach(config, this::add);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
        bytes = tensors.values().stream().mapToLong(CheckpointTensor::bytes).sum();
    }

    private void add(String name, Shape shape) {
        DType type = types.of(name, shape, config);
        boolean norm = shape.rows() == 1;
        MemorySegment stretch = stretches.computeIfAbsent(norm ? "ones" : type.name(), key -> stretch(norm, type));
        long phase = norm ? 0 : Math.floorMod(name.hashCode(), STRETCH_BLOCKS) * type.blockBytes();
        TiledSource source = new TiledSource(arena, stretch, phase, type.bytes(shape.elements()), this::admit);
        tensors.put(name, new CheckpointTensor(name, type, shape, source));
    }

    private MemorySegment stretch(boolean norm, DType type) {
        MemorySegment stretch = arena.allocate(STRETCH_BLOCKS * type.blockBytes(), Long.BYTES);
        if (norm) {
            for (long at = 0; at < stretch.byteSize(); at += Float.BYTES) {
                stretch.set(Little.FLOAT, at, 1);
            }
        } else {
            RandomBlocks.fill(type, stretch, DEVIATION);
        }
        return stretch;
    }

    private synchronized void admit() {
        if (!admitted) {
            admission.accept(bytes);
            admitted = true;
        }
    }

    @Override
    public Path path() {
        return Path.of(variant + "-" + types.name());
    }

    @Override
    public String format() {
        return "random weights, " + types.name();
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
        return null;
    }

    /** Frees all weights that were made. Idempotent. */
    @Override
    public synchronized void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
