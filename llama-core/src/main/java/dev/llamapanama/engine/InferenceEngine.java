// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.decoder.DecoderWeights;
import dev.llamapanama.decoder.LlamaDecoder;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.StepShape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
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
        DECODE(1, 1),
        /** A part of a prompt, of which at most the last logits are wanted. */
        PREFILL(128, 1),
        /** A part of a text, of which all logits are wanted: fewer rows, since a row is as long as the vocabulary. */
        SCORE(32, 32);

        private final int tokens;
        private final int logits;

        Bucket(int tokens, int logits) {
            this.tokens = tokens;
            this.logits = logits;
        }
    }

    /**
     * @param contextLength positions that a sequence may have
     * @param kvBytes memory that the keys and values of all sequences may take; at least one page is granted
     */
    public InferenceEngine(Checkpoint checkpoint, Backend backend, int contextLength, long kvBytes) {
        path = checkpoint.path();
        config = checkpoint.config();
        this.backend = backend;
        KvLayout layout = LlamaDecoder.kvLayout(config, DType.F16);
        int plenty = Math.max(PLENTY_OF_PAGES, KvLayout.pagesFor(contextLength));
        long affordable = Math.clamp(kvBytes / layout.pageBytes(), 1, plenty);
        weights = DecoderWeights.importFrom(checkpoint, backend);
        kv = backend.newKvPool(layout, (int) affordable);
        pages = new KvPages(kv);
        this.contextLength = Math.min(contextLength, pages.positions());
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
            step(bucket, sequence, ids, from, count, wanted, row -> copy(row, wanted * logits.length, logits));
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
        float[] rows = new float[Math.min(Bucket.SCORE.tokens, ids.length) * vocabSize];
        for (int from = 0; from < ids.length; from += Bucket.SCORE.tokens) {
            int count = Math.min(Bucket.SCORE.tokens, ids.length - from);
            step(Bucket.SCORE, sequence, ids, from, count, count, logits -> copy(logits, count * vocabSize, rows));
            for (int i = 0; i < count; i++) {
                each.accept(Arrays.copyOfRange(rows, i * vocabSize, (i + 1) * vocabSize), from + i);
            }
        }
    }

    private static void copy(MemorySegment logits, int count, float[] target) {
        MemorySegment.copy(logits, ValueLayout.JAVA_FLOAT, 0, target, 0, count);
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

    private void step(
            Bucket bucket,
            KvSequence sequence,
            int[] ids,
            int from,
            int count,
            int wanted,
            Consumer<MemorySegment> logits) {
        turn.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the model is closed");
            }
            Plan plan = plans.computeIfAbsent(bucket, this::record);
            plan.inputs().clear();
            plan.inputs().append(ids, from, count, sequence.length(), sequence.pages(), wanted);
            logits.accept(plan.run());
            sequence.advance(count);
        } finally {
            turn.unlock();
        }
    }

    private Plan record(Bucket bucket) {
        int maxPages = KvLayout.pagesFor(contextLength);
        return backend.record(new StepShape(bucket.tokens, 1, maxPages, bucket.logits), decoder::forward);
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
