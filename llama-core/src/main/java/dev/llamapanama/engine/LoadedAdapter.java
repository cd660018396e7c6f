// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.decoder.AdapterNumbers;
import dev.llamapanama.decoder.AdapterWeights;
import dev.llamapanama.generation.AdapterClosedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An adapter that an engine has loaded: one file, or the sum of several. Sequences are begun with it and keep it. Safe for many threads;
 * closing it ends those that use it.
 */
public final class LoadedAdapter implements AutoCloseable {
    private final InferenceEngine engine;
    private final List<AdapterFile> files;
    private final AdapterNumbers numbers;
    private final AdapterWeights weights;
    private volatile boolean closed;

    LoadedAdapter(InferenceEngine engine, List<AdapterFile> files, AdapterNumbers numbers, AdapterWeights weights) {
        this.engine = engine;
        this.files = List.copyOf(files);
        this.numbers = numbers;
        this.weights = weights;
    }

    /** What it was made of. */
    public List<AdapterFile> files() {
        return files;
    }

    AdapterWeights weights() {
        return weights;
    }

    AdapterNumbers numbers() {
        return numbers;
    }

    /**
     * Refuses what can't be used.
     *
     * @param adapter null for none, which always can
     * @throws IllegalArgumentException if it is of another engine
     * @throws AdapterClosedException if it is closed
     */
    static void requireUsable(@Nullable LoadedAdapter adapter, InferenceEngine user) {
        if (adapter == null) {
            return;
        }
        if (adapter.engine != user) {
            throw new IllegalArgumentException("adapter: found one of another model, expected one of this");
        }
        if (adapter.closed) {
            throw adapter.refusal();
        }
    }

    /** The error of those who use it when it is closed. */
    AdapterClosedException refusal() {
        return new AdapterClosedException(files.toString());
    }

    boolean isClosed() {
        return closed;
    }

    /** From now on it is refused. */
    void refuse() {
        closed = true;
    }

    /** Only when nothing runs with it. */
    void free() {
        weights.close();
        numbers.close();
    }

    /** Waits for the running step; those who use it then fail with an {@link AdapterClosedException}. Idempotent. */
    @Override
    public void close() {
        engine.unload(this);
    }
}
