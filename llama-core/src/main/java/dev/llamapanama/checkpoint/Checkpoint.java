// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open model file of any format: its configuration, its weights under one canonical naming and layout, and its
 * tokenizer. The weights are mapped, not copied; {@link #close} unmaps them, after which no tensor may be touched.
 * Immutable and safe for use by many threads until closed.
 */
public interface Checkpoint extends AutoCloseable {

    /** The file or folder it was opened from. */
    Path path();

    /** Format and version in words, such as {@code GGUF v3}. */
    String format();

    /** The shape of the model. */
    LlamaConfig config();

    /**
     * What the file says of itself, key by key in file order; values are boxed numbers, booleans, strings and lists
     * of these.
     */
    Map<String, Object> metadata();

    /** The weights that a decoder reads by canonical name, in file order. */
    Map<String, CheckpointTensor> tensors();

    /**
     * The other tensors by the names that the file gives them, in file order: divisors of RoPE frequencies, which {@link #config} has too,
     * and weights that are for images (vision encoder, projector, cross-attention).
     */
    default Map<String, CheckpointTensor> otherTensors() {
        return Map.of();
    }

    /** The tokenizer, or null where the file has none. */
    @Nullable
    TokenizerDefinition tokenizer();

    /**
     * Ids of tokens that end a generation, besides those of which the tokenizer itself knows; all below the vocabulary
     * size.
     */
    default Set<Integer> endTokens() {
        return Set.of();
    }

    /** Unmaps the file. Idempotent. */
    @Override
    void close();
}
