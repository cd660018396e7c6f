// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Tokens that a caller wants to be run, in one step or in several. Guarded by the lock of the {@link Batcher}. */
final class Feed {
    private final KvSequence sequence;
    private final int end;
    private final int firstLogit;
    private final float[] logits;
    private final Thread caller = Thread.currentThread();
    private int rows;
    private boolean running;
    private @Nullable Throwable failure;

    /**
     * Tokens behind those of a sequence, which waits for memory if need be.
     *
     * @param from index of the first of {@code ids} to run
     * @param count how many
     * @param wanted after how many of them, counted from the last, logits are wanted
     * @param logits takes these, a row for each
     */
    Feed(KvSequence sequence, int[] ids, int from, int count, int wanted, float[] logits, Cancellation cancellation) {
        this.sequence = sequence;
        this.end = sequence.length() + count;
        this.firstLogit = end - wanted;
        this.logits = logits;
        sequence.prepare(ids, from, count, wanted, cancellation);
    }

    /** Who waits for it. */
    Thread caller() {
        return caller;
    }

    KvSequence sequence() {
        return sequence;
    }

    private int next() {
        return sequence.computed();
    }

    int remaining() {
        return end - next();
    }

    /** How many of the next tokens logits are wanted after. */
    int wanted(int count) {
        return Math.max(0, next() + count - Math.max(firstLogit, next()));
    }

    /** How many of the next tokens a step can take that has so many rows of logits left. */
    int most(int rows) {
        return Math.min(remaining(), rows + Math.max(0, firstLogit - next()));
    }

    boolean isDone() {
        return next() == end || failure != null;
    }

    boolean isRunning() {
        return running;
    }

    /** It is part of the step that begins. */
    void begin() {
        running = true;
    }

    /**
     * Its part of a step was run.
     *
     * @param all logits of the step
     * @param row the first of its own
     */
    void ran(int count, MemorySegment all, int row, int vocabSize) {
        int found = wanted(count);
        MemorySegment.copy(
                all,
                ValueLayout.JAVA_FLOAT,
                (long) row * vocabSize * Float.BYTES,
                logits,
                rows * vocabSize,
                found * vocabSize);
        rows += found;
        sequence.advance(count);
        running = false;
    }

    void fail(Throwable cause) {
        failure = cause;
        running = false;
    }

    /** Throws what made it fail. */
    void rethrow() {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }
}
