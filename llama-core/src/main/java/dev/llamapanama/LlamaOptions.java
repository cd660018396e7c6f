// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.events.LlamaListener;
import dev.llamapanama.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a model is opened. Immutable; {@link #DEFAULT} with changes: {@code LlamaOptions.DEFAULT.withThreads(4)}.
 *
 * @param backend {@code auto}, or the name of one: {@code cpu-scalar}, {@code cpu-vector}, {@code cuda}
 * @param threads threads that compute, the calling one included; 0 for one on every core
 * @param contextLength positions (prompt and answer) that one generation may have; 0 for as many as the model was made for
 * @param kvCacheBytes memory that the keys and values of all generations together may take; 0 for what suits the backend: on the
 *     CPU as much as the largest heap of this JVM, which by default is a quarter of the machine and is taken only when used. Generations that
 *     don't fit wait
 * @param prefixCacheBytes how much of that may keep keys and values of what was read and written, so that a prompt, a session, or a chat that
 *     begins with the same tokens needn't run them again; a quarter of {@code kvCacheBytes} at most, 0 for none
 * @param kvType what keys and values are rounded to: {@link DType#F16}, as all engines do, or {@link DType#F32} for exactness at
 *     twice the memory
 * @param keepStored whether quantised weights stay mapped from the file as they are. They are laid out anew otherwise, which takes as
 *     much memory, that isn't shared with other processes, and is several times faster
 * @param roundPrompts whether activations of prompts may be rounded to halves (11 bits, scaled row by row) where that is faster: by NVIDIA GPUs of
 *     compute capability 9.0, with weights of 16 bits. Logits then differ by some thousandths of their norm. Without effect elsewhere
 * @param progress hears how far loading has come
 * @param listener hears what the model does, for metrics
 * @param tokenizer a tokenizer file to be used instead of the model's own, or null
 * @param adapters LoRA adapters whose sum is used where nothing else is asked for
 */
public record LlamaOptions(
        String backend,
        int threads,
        int contextLength,
        long kvCacheBytes,
        long prefixCacheBytes,
        DType kvType,
        boolean keepStored,
        boolean roundPrompts,
        LoadProgress progress,
        LlamaListener listener,
        @Nullable Path tokenizer,
        List<AdapterFile> adapters) {

    /** Best backend, all cores, the model's context and tokenizer. */
    public static final LlamaOptions DEFAULT = new LlamaOptions(
            "auto",
            0,
            0,
            0,
            256L << 20,
            DType.F16,
            false,
            false,
            LoadProgress.NONE,
            LlamaListener.NONE,
            null,
            List.of());

    public LlamaOptions {
        require(threads >= 0, "threads", threads);
        require(contextLength >= 0, "contextLength", contextLength);
        require(kvCacheBytes >= 0, "kvCacheBytes", kvCacheBytes);
        require(prefixCacheBytes >= 0, "prefixCacheBytes", prefixCacheBytes);
        if (kvType != DType.F16 && kvType != DType.F32) {
            throw new IllegalArgumentException("kvType: found " + kvType + ", expected F16 or F32");
        }
        adapters = List.copyOf(adapters);
    }

    private static void require(boolean condition, String field, long found) {
        if (!condition) {
            throw new IllegalArgumentException(field + ": found " + found + ", expected 0 or more");
        }
    }

    /** With another backend. */
    public LlamaOptions withBackend(String backend) {
        return with(copy -> copy.backend = backend);
    }

    /** With another number of threads. */
    public LlamaOptions withThreads(int threads) {
        return with(copy -> copy.threads = threads);
    }

    /** With another bound of the context. */
    public LlamaOptions withContextLength(int contextLength) {
        return with(copy -> copy.contextLength = contextLength);
    }

    /** With another bound of the key/value cache. */
    public LlamaOptions withKvCacheBytes(long kvCacheBytes) {
        return with(copy -> copy.kvCacheBytes = kvCacheBytes);
    }

    /** With another bound of what is kept for prompts that begin alike. */
    public LlamaOptions withPrefixCacheBytes(long prefixCacheBytes) {
        return with(copy -> copy.prefixCacheBytes = prefixCacheBytes);
    }

    /** With keys and values of another type. */
    public LlamaOptions withKvType(DType kvType) {
        return with(copy -> copy.kvType = kvType);
    }

    /** With weights that stay as the file stores them, or don't. */
    public LlamaOptions withKeepStored(boolean keepStored) {
        return with(copy -> copy.keepStored = keepStored);
    }

    /** With activations of prompts that may be rounded, or may not. */
    public LlamaOptions withRoundPrompts(boolean roundPrompts) {
        return with(copy -> copy.roundPrompts = roundPrompts);
    }

    /** With a listener that hears how far loading has come. */
    public LlamaOptions withProgress(LoadProgress progress) {
        return with(copy -> copy.progress = progress);
    }

    /** With a listener that hears what the model does. */
    public LlamaOptions withListener(LlamaListener listener) {
        return with(copy -> copy.listener = listener);
    }

    /** With a tokenizer file. */
    public LlamaOptions withTokenizer(@Nullable Path tokenizer) {
        return with(copy -> copy.tokenizer = tokenizer);
    }

    /** With another LoRA adapter besides those there are. */
    public LlamaOptions withAdapter(Path file) {
        return withAdapter(file, 1);
    }

    /**
     * With another LoRA adapter besides those there are.
     *
     * @param scale 1 for the effect it was trained for
     */
    public LlamaOptions withAdapter(Path file, double scale) {
        List<AdapterFile> more = new ArrayList<>(adapters);
        more.add(new AdapterFile(file, scale));
        return with(copy -> copy.adapters = more);
    }

    private LlamaOptions with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.options();
    }

    /** All values, of which one is to be changed. */
    private static final class Copy {
        private String backend;
        private int threads;
        private int contextLength;
        private long kvCacheBytes;
        private long prefixCacheBytes;
        private DType kvType;
        private boolean keepStored;
        private boolean roundPrompts;
        private LoadProgress progress;
        private LlamaListener listener;
        private @Nullable Path tokenizer;
        private List<AdapterFile> adapters;

        Copy(LlamaOptions options) {
            backend = options.backend;
            threads = options.threads;
            contextLength = options.contextLength;
            kvCacheBytes = options.kvCacheBytes;
            prefixCacheBytes = options.prefixCacheBytes;
            kvType = options.kvType;
            keepStored = options.keepStored;
            roundPrompts = options.roundPrompts;
            progress = options.progress;
            listener = options.listener;
            tokenizer = options.tokenizer;
            adapters = options.adapters;
        }

        LlamaOptions options() {
            return new LlamaOptions(
                    backend,
                    threads,
                    contextLength,
                    kvCacheBytes,
                    prefixCacheBytes,
                    kvType,
                    keepStored,
                    roundPrompts,
                    progress,
                    listener,
                    tokenizer,
                    adapters);
        }
    }
}
