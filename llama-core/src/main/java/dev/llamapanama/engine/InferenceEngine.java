// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.decoder.DecoderWeights;
import dev.llamapanama.decoder.LlamaDecoder;
import dev.llamapanama.decoder.Output;
import dev.llamapanama.generation.AdapterClosedException;
import dev.llamapanama.generation.LargestSampler;
import dev.llamapanama.generation.ModelClosedException;
import dev.llamapanama.generation.Sampler;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.LargestLogits;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the decoder for many callers at once: each feeds its own sequence, and what comes together is run together. Owns the
 * weights, the key/value cache and the plans; the backend and the checkpoint are closed by whoever opened them, after this.
 */
public final class InferenceEngine implements AutoCloseable {
    /** A million positions: nobody needs more, and tables of pages that are never used take memory too. */
    private static final int PLENTY_OF_PAGES = 1 << 16;

    /** Sequences that one step takes at most. */
    public static final int MOST_TOGETHER = Steps.MOST_ROWS;

    private final Path path;
    private final LlamaConfig config;
    private final long kvBytes;
    private final KvPool kv;
    private final KvPages pages;
    private final DecoderWeights weights;
    private final int contextLength;
    private final Steps steps;
    private final Batcher batcher;
    private final Backend backend;
    private final Supplier<byte[]> identity;
    private final Telemetry telemetry;
    private final TokenCheck tokens;
    private final LoadedAdapters adapters;
    private final @Nullable LoadedAdapter adapter;
    private boolean closed;

    /** Imports the weights, which takes a while. */
    public InferenceEngine(Checkpoint checkpoint, Backend backend, EngineOptions options) {
        this.backend = backend;
        path = checkpoint.path();
        identity = () -> ModelIdentity.of(checkpoint);
        config = checkpoint.config();
        weights = DecoderWeights.importFrom(checkpoint, backend, options.progress());
        kvBytes = options.kvBytes() > 0 ? options.kvBytes() : backend.kvBytes();
        kv = newKvPool(options);
        telemetry = new Telemetry(options.listener());
        int prefixPages = (int)
                Math.min(kv.pages() / 4, options.prefixBytes() / kv.layout().pageBytes());
        pages = new KvPages(kv, prefixPages, telemetry);
        this.contextLength = Math.min(options.contextLength(), pages.positions());
        steps = new Steps(backend, new LlamaDecoder(config, weights, kv), KvLayout.pagesFor(contextLength));
        batcher = new Batcher(steps, telemetry);
        tokens = new TokenCheck(config.vocabSize());
        adapters = new LoadedAdapters(this, config, weights, backend, batcher);
        try {
            adapter = options.adapters().isEmpty() ? null : load(options.adapters());
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private KvPool newKvPool(EngineOptions options) {
        KvLayout layout = LlamaDecoder.kvLayout(config, options.kvType());
        int plenty = Math.max(PLENTY_OF_PAGES, KvLayout.pagesFor(options.contextLength()));
        try {
            return backend.newKvPool(layout, Math.clamp(kvBytes / layout.pageBytes(), 1, plenty));
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
    }

    /**
     * Loads an adapter beside the others, while the model is used.
     *
     * @param files whose sum it is; one at least
     * @throws CheckpointException if one of them can't be used with this model
     * @throws ModelClosedException if the model is closed
     */
    public LoadedAdapter load(List<AdapterFile> files) {
        return adapters.load(files);
    }

    /** Ends those that use an adapter, and frees it. */
    void unload(LoadedAdapter old) {
        if (adapters.unload(old, () -> steps.forget(old))) {
            pages.forget(old);
        }
    }

    /** What is used where nothing else is asked for; null for the model alone. */
    public @Nullable LoadedAdapter adapter() {
        return adapter;
    }

    /** Who hears what happens. */
    public Telemetry telemetry() {
        return telemetry;
    }

    /** Logits of a position. */
    public int vocabSize() {
        return config.vocabSize();
    }

    /** What keys and values may take. */
    public long kvBytes() {
        return kvBytes;
    }

    /** Positions that a sequence may have: the context asked for, or what the cache can hold. */
    public int contextLength() {
        return contextLength;
    }

    /** What the keys and values of so many positions take. */
    public long kvBytes(int positions) {
        return KvLayout.pagesFor(positions) * kv.layout().pageBytes();
    }

    /**
     * Begins a sequence with the adapter of the options, if any, waiting for memory if others hold it.
     *
     * @param capacity positions it may have
     */
    public KvSequence newSequence(int capacity) {
        return newSequence(capacity, Cancellation.never());
    }

    /**
     * Begins a sequence with the adapter of the options, if any, waiting for memory if others hold it.
     *
     * @param capacity positions it may have
     * @throws CancellationException if it is cancelled before that, or the thread is interrupted, which it stays
     */
    public KvSequence newSequence(int capacity, Cancellation cancellation) {
        return newSequence(capacity, adapter, cancellation);
    }

    /**
     * Begins a sequence, waiting for memory if others hold it.
     *
     * @param capacity positions it may have
     * @param with the adapter by which it is computed, or null for none
     * @throws CancellationException if it is cancelled before that, or the thread is interrupted, which it stays
     * @throws IllegalArgumentException if the adapter is of another engine
     * @throws AdapterClosedException if it is closed
     */
    public KvSequence newSequence(int capacity, @Nullable LoadedAdapter with, Cancellation cancellation) {
        LoadedAdapter.requireUsable(with, this);
        if (capacity < 1 || capacity > contextLength) {
            throw new IllegalArgumentException(
                    "context: found " + capacity + " positions, expected 1 to " + contextLength);
        }
        return new KvSequence(pages, with, pages.acquire(KvLayout.pagesFor(capacity), cancellation), capacity);
    }

    /** Runs the next tokens of a sequence; the logits that follow the last of them are copied to {@code logits}. */
    public void feed(KvSequence sequence, int[] ids, float[] logits) {
        var _ = feed(sequence, ids, logits, Cancellation.never());
    }

    /**
     * Runs the next tokens of a sequence; the logits that follow the last of them are copied to {@code logits}.
     *
     * @return how many were run: fewer where others have run the same before, more where the sequence has lost keys and values
     * @throws CancellationException if it is cancelled before all are run, or the thread is interrupted, which it stays; those that were run
     *     are part of the sequence
     */
    public int feed(KvSequence sequence, int[] ids, float[] logits, Cancellation cancellation) {
        return feed(sequence, ids, 1, logits, cancellation);
    }

    /**
     * Runs the next tokens of a sequence.
     *
     * @param wanted after how many of them, counted from the last, logits are wanted
     * @param logits takes these, a row for each
     * @return how many were run, as above
     * @throws CancellationException as above
     */
    int feed(KvSequence sequence, int[] ids, int wanted, float[] logits, Cancellation cancellation) {
        tokens.check(sequence, ids);
        Feed feed = new Feed(sequence, ids, 0, ids.length, logits(wanted), logits, cancellation);
        int count = feed.remaining();
        batcher.run(List.of(feed), cancellation);
        return count;
    }

    /**
     * Runs the next token of a sequence.
     *
     * @param sampler of the token after it
     * @param logits takes the logits that follow it, unless the largest are enough
     * @return the largest, if they are enough
     * @throws CancellationException as above
     */
    @Nullable
    LargestLogits feed(
            KvSequence sequence, int id, @Nullable LargestSampler sampler, float[] logits, Cancellation cancellation) {
        int[] ids = {id};
        tokens.check(sequence, ids);
        Feed feed = new Feed(sequence, ids, 0, 1, wanted(sampler), logits, cancellation);
        batcher.run(List.of(feed), cancellation);
        return feed.largest();
    }

    /**
     * Runs the next tokens of a sequence and hands out the logits that follow each of them, between the steps, so that the consumer
     * may take its time and use the model itself.
     *
     * @param each takes logits, which are its own, and the index of the token in {@code ids}
     */
    public void feedAll(KvSequence sequence, int[] ids, ObjIntConsumer<float[]> each) {
        tokens.check(sequence, ids);
        int vocabSize = config.vocabSize();
        float[] rows = new float[Math.min(Steps.MOST_ROWS, ids.length) * vocabSize];
        for (int from = 0; from < ids.length; from += Steps.MOST_ROWS) {
            int count = Math.min(Steps.MOST_ROWS, ids.length - from);
            Cancellation never = Cancellation.never();
            batcher.run(List.of(new Feed(sequence, ids, from, count, logits(count), rows, never)), never);
            for (int i = 0; i < count; i++) {
                each.accept(Arrays.copyOfRange(rows, i * vocabSize, (i + 1) * vocabSize), from + i);
            }
        }
    }

    /**
     * Runs one token of each of several sequences in one step.
     *
     * @param sequences of this engine, each once
     * @param ids a token for each
     * @return a row for each: the logits that follow its token
     */
    public float[][] feedTogether(List<KvSequence> sequences, int[] ids) {
        tokens.checkTogether(sequences, ids);
        float[][] logits = new float[ids.length][config.vocabSize()];
        Cancellation never = Cancellation.never();
        batcher.run(
                IntStream.range(0, ids.length)
                        .mapToObj(i -> new Feed(sequences.get(i), ids, i, 1, logits(1), logits[i], never))
                        .toList(),
                never);
        return logits;
    }

    /**
     * Runs one token of each of several sequences in one step, and has the next ones picked, by samplers that have not to see all logits if the
     * largest are enough.
     *
     * @param sequences of this engine, each once
     * @param ids a token for each
     * @param samplers one for each, which hears of the token that it picks
     * @param logits room for those of each
     * @return a token for each
     */
    public int[] nextTogether(List<KvSequence> sequences, int[] ids, List<Sampler> samplers, List<float[]> logits) {
        tokens.checkTogether(sequences, ids);
        Cancellation never = Cancellation.never();
        List<Feed> feeds = IntStream.range(0, ids.length)
                .mapToObj(i -> new Feed(sequences.get(i), ids, i, 1, wanted(samplers.get(i)), logits.get(i), never))
                .toList();
        batcher.run(feeds, never);
        return IntStream.range(0, ids.length)
                .map(i -> pick(samplers.get(i), feeds.get(i).largest(), logits.get(i)))
                .toArray();
    }

    private int pick(Sampler sampler, @Nullable LargestLogits largest, float[] logits) {
        int id;
        if (largest != null && sampler instanceof LargestSampler few) {
            id = few.sample(largest);
        } else {
            requireNumbers("logits", logits);
            sampler.process(logits);
            id = sampler.sample(logits);
        }
        sampler.accept(id);
        return id;
    }

    private Wanted wanted(@Nullable Sampler sampler) {
        return new Wanted(Output.LOGITS, config.vocabSize(), 1, sampler instanceof LargestSampler few ? few : null);
    }

    private Wanted logits(int rows) {
        return new Wanted(Output.LOGITS, config.vocabSize(), rows);
    }

    /**
     * Runs the next tokens of a sequence and hands out the states that follow the last of them, which the final norm has normalised.
     *
     * @param count how many are wanted
     * @param each takes states of {@code dim} numbers, which are its own, in order
     * @throws CheckpointException if one is not a number
     */
    public void states(KvSequence sequence, int[] ids, int count, Consumer<float[]> each) {
        tokens.check(sequence, ids);
        int dim = config.dim();
        float[] rows = new float[Math.min(Steps.MOST_TOKENS, ids.length) * dim];
        for (int from = 0; from < ids.length; from += Steps.MOST_TOKENS) {
            int part = Math.min(Steps.MOST_TOKENS, ids.length - from);
            int wanted = Math.clamp(from + part - (ids.length - count), 0, part);
            Cancellation never = Cancellation.never();
            Wanted states = new Wanted(Output.STATES, dim, wanted);
            batcher.run(List.of(new Feed(sequence, ids, from, part, states, rows, never)), never);
            for (int i = 0; i < wanted; i++) {
                float[] state = Arrays.copyOfRange(rows, i * dim, (i + 1) * dim);
                requireNumbers("states", state);
                each.accept(state);
            }
        }
    }

    /**
     * Writes a sequence to a file, with its keys and values; a file of that name is replaced when the new one is whole.
     *
     * @throws CheckpointException if it can't be written
     */
    public void save(KvSequence sequence, Path file) {
        sequence.requireOpen();
        sequenceFile(sequence.adapter()).write(file, sequence);
    }

    /**
     * Reads a sequence that {@link #save} has written, waiting for memory if others hold it.
     *
     * @param with the adapter by which it was computed, or null for none
     * @throws CheckpointException if the file is damaged, or of another model or adapter
     * @throws IllegalArgumentException if the sequence is longer than the context
     */
    public KvSequence restore(Path path, @Nullable LoadedAdapter with) {
        LoadedAdapter.requireUsable(with, this);
        try (MappedFile file = MappedFile.open(path)) {
            SequenceFile sequences = sequenceFile(with);
            SequenceFile.Stored stored = sequences.check(file, config.vocabSize());
            KvSequence sequence = newSequence(stored.capacity(), with, Cancellation.never());
            sequences.fill(stored, sequence);
            return sequence;
        }
    }

    private SequenceFile sequenceFile(@Nullable LoadedAdapter with) {
        return adapters.with(with, () -> {
            byte[] model = identity.get();
            return new SequenceFile(kv, with == null ? model : ModelIdentity.of(model, with.numbers()));
        });
    }

    /**
     * Refuses results that are good for nothing.
     *
     * @throws CheckpointException if one is not a number
     */
    void requireNumbers(String name, float[] results) {
        for (float result : results) {
            if (Float.isNaN(result)) {
                throw new CheckpointException(path, name, result, "numbers: the weights are damaged");
            }
        }
    }

    /** Waits for the running step, then frees everything; later steps of any sequence fail. Idempotent. */
    @Override
    public synchronized void close() {
        pages.close();
        batcher.close();
        if (!closed) {
            closed = true;
            steps.close();
            adapters.close();
            kv.close();
            weights.close();
        }
    }
}
