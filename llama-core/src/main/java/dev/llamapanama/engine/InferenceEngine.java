// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.decoder.DecoderWeights;
import dev.llamapanama.decoder.LlamaDecoder;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.StepShape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * Runs the decoder for many callers at once: each feeds its own sequence, and their steps take turns on the backend. Owns the
 * weights, the key/value cache and the plans; the backend and the checkpoint are closed by whoever opened them, after this.
 */
public final class InferenceEngine implements AutoCloseable {
    /** A million positions: nobody needs more, and tables of pages that are never used take memory too. */
    private static final int PLENTY_OF_PAGES = 1 << 16;

    /** Sequences that one step takes at most. */
    public static final int MOST_TOGETHER = 32;

    private final Path path;
    private final LlamaConfig config;
    private final Backend backend;
    private final KvPool kv;
    private final KvPages pages;
    private final LlamaDecoder decoder;
    private final DecoderWeights weights;
    private final int contextLength;
    private final Map<Bucket, Plan> plans = new EnumMap<>(Bucket.class);
    /** Fair, so that callers who decode side by side advance at the same pace. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private boolean closed;

    /** The shapes of steps that plans are recorded for. */
    private enum Bucket {
        /** One token at a time. */
        DECODE(1, 1, 1),
        /** A part of a prompt, of which at most the last logits are wanted. */
        PREFILL(128, 1, 1),
        /**
         * All logits are wanted, of a part of a text or of a token of each of several sequences: fewer rows, since a row is as long
         * as the vocabulary.
         */
        ALL_LOGITS(32, MOST_TOGETHER, 32);

        private final int tokens;
        private final int sequences;
        private final int logits;

        Bucket(int tokens, int sequences, int logits) {
            this.tokens = tokens;
            this.sequences = sequences;
            this.logits = logits;
        }
    }

    /** The next tokens of a sequence in a step: {@code count} of its ids from an index on, with logits of the last so many. */
    private record Part(KvSequence sequence, int from, int count, int logits) {}

    /** Imports the weights, which takes a while. */
    public InferenceEngine(Checkpoint checkpoint, Backend backend, EngineOptions options) {
        path = checkpoint.path();
        config = checkpoint.config();
        this.backend = backend;
        KvLayout layout = LlamaDecoder.kvLayout(config, options.kvType());
        int plenty = Math.max(PLENTY_OF_PAGES, KvLayout.pagesFor(options.contextLength()));
        long affordable = Math.clamp(options.kvBytes() / layout.pageBytes(), 1, plenty);
        weights = DecoderWeights.importFrom(checkpoint, backend, options.progress());
        kv = backend.newKvPool(layout, (int) affordable);
        pages = new KvPages(kv);
        this.contextLength = Math.min(options.contextLength(), pages.positions());
        decoder = new LlamaDecoder(config, weights, kv);
    }

    /** Logits of a position. */
    public int vocabSize() {
        return config.vocabSize();
    }

    /** Positions that a sequence may have: the context asked for, or what the cache can hold. */
    public int contextLength() {
        return contextLength;
    }

    /**
     * Begins a sequence, waiting for memory if others hold it.
     *
     * @param capacity positions it may have
     */
    public KvSequence newSequence(int capacity) {
        if (capacity < 1 || capacity > contextLength) {
            throw new IllegalArgumentException(
                    "context: found " + capacity + " positions, expected 1 to " + contextLength);
        }
        return new KvSequence(pages, pages.acquire(KvLayout.pagesFor(capacity)), capacity);
    }

    /** Runs the next tokens of a sequence; the logits that follow the last of them are copied to {@code logits}. */
    public void feed(KvSequence sequence, int[] ids, float[] logits) {
        check(sequence, ids);
        Bucket bucket = ids.length == 1 ? Bucket.DECODE : Bucket.PREFILL;
        for (int from = 0; from < ids.length; from += bucket.tokens) {
            int count = Math.min(bucket.tokens, ids.length - from);
            int wanted = from + count == ids.length ? 1 : 0;
            Part part = new Part(sequence, from, count, wanted);
            step(bucket, ids, List.of(part), row -> copy(row, 0, wanted * logits.length, logits));
        }
    }

    /**
     * Runs the next tokens of a sequence and hands out the logits that follow each of them, between the steps, so that the consumer
     * may take its time and use the model itself.
     *
     * @param each takes logits, which are its own, and the index of the token in {@code ids}
     */
    public void feedAll(KvSequence sequence, int[] ids, ObjIntConsumer<float[]> each) {
        check(sequence, ids);
        int vocabSize = config.vocabSize();
        float[] rows = new float[Math.min(Bucket.ALL_LOGITS.tokens, ids.length) * vocabSize];
        for (int from = 0; from < ids.length; from += Bucket.ALL_LOGITS.tokens) {
            int count = Math.min(Bucket.ALL_LOGITS.tokens, ids.length - from);
            Part part = new Part(sequence, from, count, count);
            step(Bucket.ALL_LOGITS, ids, List.of(part), logits -> copy(logits, 0, count * vocabSize, rows));
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
        checkTogether(sequences, ids);
        float[][] logits = new float[ids.length][config.vocabSize()];
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            parts.add(new Part(sequences.get(i), i, 1, 1));
        }
        step(Bucket.ALL_LOGITS, ids, parts, rows -> {
            for (int i = 0; i < ids.length; i++) {
                copy(rows, i, config.vocabSize(), logits[i]);
            }
        });
        return logits;
    }

    private void checkTogether(List<KvSequence> sequences, int[] ids) {
        int count = sequences.size();
        if (count > MOST_TOGETHER) {
            throw new IllegalArgumentException("sessions: found " + count + ", expected at most " + MOST_TOGETHER);
        }
        if (ids.length != count) {
            throw new IllegalArgumentException(
                    "token ids: found " + ids.length + ", expected one for each of " + count + " sessions");
        }
        if (new HashSet<>(sequences).size() < count) {
            throw new IllegalArgumentException("sessions: found one of them twice, expected each once");
        }
        for (int i = 0; i < count; i++) {
            check(sequences.get(i), new int[] {ids[i]});
        }
    }

    private static void copy(MemorySegment logits, int row, int count, float[] target) {
        MemorySegment.copy(logits, ValueLayout.JAVA_FLOAT, (long) row * count * Float.BYTES, target, 0, count);
    }

    private void check(KvSequence sequence, int[] ids) {
        if (ids.length == 0) {
            throw new IllegalArgumentException("token ids: found none, expected at least one");
        }
        if (ids.length > sequence.capacity() - sequence.length()) {
            throw new IllegalArgumentException("token ids: found " + ids.length + ", expected at most "
                    + (sequence.capacity() - sequence.length()) + " more positions");
        }
        for (int id : ids) {
            if (id < 0 || id >= config.vocabSize()) {
                throw new IllegalArgumentException(
                        "token id: found " + id + ", expected 0 to " + (config.vocabSize() - 1));
            }
        }
    }

    private void step(Bucket bucket, int[] ids, List<Part> parts, Consumer<MemorySegment> logits) {
        turn.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the model is closed");
            }
            Plan plan = plans.computeIfAbsent(bucket, this::record);
            plan.inputs().clear();
            for (Part part : parts) {
                KvSequence sequence = part.sequence;
                plan.inputs().append(ids, part.from, part.count, sequence.length(), sequence.pages(), part.logits);
            }
            logits.accept(plan.run());
            parts.forEach(part -> part.sequence.advance(ids, part.from, part.count));
        } finally {
            turn.unlock();
        }
    }

    private Plan record(Bucket bucket) {
        int maxPages = KvLayout.pagesFor(contextLength);
        return backend.record(
                new StepShape(bucket.tokens, bucket.sequences, maxPages, bucket.logits), decoder::forward);
    }

    /**
     * Refuses logits that nothing can be drawn from.
     *
     * @throws CheckpointException if one is not a number
     */
    void requireNumbers(float[] logits) {
        for (float logit : logits) {
            if (Float.isNaN(logit)) {
                throw new CheckpointException(path, "logits", logit, "numbers: the weights are damaged");
            }
        }
    }

    /** Waits for the running step, then frees everything; later steps of any sequence fail. Idempotent. */
    @Override
    public void close() {
        pages.close();
        turn.lock();
        try {
            if (!closed) {
                closed = true;
                plans.values().forEach(Plan::close);
                kv.close();
                weights.close();
            }
        } finally {
            turn.unlock();
        }
    }
}
