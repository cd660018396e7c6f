// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.checkpoint.Adapters;
import dev.llamapanama.checkpoint.StoredAdapter;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.decoder.AdapterNumbers;
import dev.llamapanama.decoder.AdapterWeights;
import dev.llamapanama.decoder.DecoderWeights;
import dev.llamapanama.generation.ModelClosedException;
import dev.llamapanama.tensor.Backend;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The adapters of an engine: loaded and freed while no step runs, and none of them freed while something reads it. Safe for many threads. */
final class LoadedAdapters implements AutoCloseable {
    private final InferenceEngine engine;
    private final LlamaConfig config;
    private final DecoderWeights weights;
    private final Backend backend;
    private final Batcher batcher;
    private final Set<LoadedAdapter> open = new HashSet<>();
    private boolean closed;

    LoadedAdapters(
            InferenceEngine engine, LlamaConfig config, DecoderWeights weights, Backend backend, Batcher batcher) {
        this.engine = engine;
        this.config = config;
        this.weights = weights;
        this.backend = backend;
        this.batcher = batcher;
    }

    /** As {@link InferenceEngine#load}. */
    LoadedAdapter load(List<AdapterFile> files) {
        AdapterNumbers numbers = read(files);
        try {
            return add(files, numbers);
        } catch (RuntimeException | Error e) {
            numbers.close();
            throw e;
        }
    }

    private AdapterNumbers read(List<AdapterFile> files) {
        List<StoredAdapter> stored = new ArrayList<>();
        try {
            files.forEach(file -> stored.add(Adapters.open(file, config)));
            return AdapterNumbers.read(stored, weights);
        } finally {
            stored.forEach(StoredAdapter::close);
        }
    }

    private synchronized LoadedAdapter add(List<AdapterFile> files, AdapterNumbers numbers) {
        if (closed) {
            throw new ModelClosedException();
        }
        AdapterWeights imported = batcher.alone(() -> AdapterWeights.importFrom(numbers, weights, backend));
        LoadedAdapter loaded = new LoadedAdapter(engine, files, numbers, imported);
        open.add(loaded);
        return loaded;
    }

    /**
     * Ends those that use an adapter, and frees it.
     *
     * @param forget what is kept for it in steps
     * @return whether it was loaded until now
     */
    synchronized boolean unload(LoadedAdapter old, Runnable forget) {
        if (!open.remove(old)) {
            return false;
        }
        old.refuse();
        batcher.alone(() -> {
            forget.run();
            old.free();
            return old;
        });
        return true;
    }

    /** Does something with an adapter, or with none, that must not be freed meanwhile. */
    synchronized <T> T with(@Nullable LoadedAdapter adapter, Supplier<T> action) {
        LoadedAdapter.requireUsable(adapter, engine);
        return action.get();
    }

    /** Frees all. When no step runs any more. */
    @Override
    public synchronized void close() {
        closed = true;
        open.forEach(LoadedAdapter::refuse);
        open.forEach(LoadedAdapter::free);
        open.clear();
    }
}
