// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.decoder.Output;
import dev.llamapanama.tensor.LargestLogits;
import dev.llamapanama.tensor.Plan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Tokens that a caller wants to be run, in one step or in several. Guarded by the lock of the {@link Batcher}. */
final class Feed {
    private final KvSequence sequence;
    private final int end;
    private final int firstWanted;
    private final Wanted wanted;
    private final float[] results;
    private final Thread caller = Thread.currentThread();
    private int rows;
    private @Nullable LargestLogits largest;
    private boolean running;
    private @Nullable Throwable failure;

    /**
     * Tokens behind those of a sequence, which waits for memory if need be.
     *
     * @param from index of the first of {@code ids} to run
     * @param count how many
     * @param results takes the rows that are wanted
     */
    Feed(
            KvSequence sequence,
            int[] ids,
            int from,
            int count,
            Wanted wanted,
            float[] results,
            Cancellation cancellation) {
        this.sequence = sequence;
        this.end = sequence.length() + count;
        this.firstWanted = end - wanted.rows();
        this.wanted = wanted;
        this.results = results;
        // The last token is run even if nothing of it is wanted: that makes those before part of the sequence.
        sequence.prepare(ids, from, count, Math.max(1, wanted.rows()), cancellation);
    }

    Output output() {
        return wanted.output();
    }

    int mostRows() {
        return wanted.mostRows();
    }

    float temperature() {
        return wanted.temperature();
    }

    /** Whether a step may have both. */
    boolean goesWith(Feed other) {
        return sequence.adapter() == other.sequence.adapter() && output() == other.output();
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

    /** How many of the next tokens have rows that are wanted. */
    int wanted(int count) {
        return Math.max(0, next() + count - Math.max(firstWanted, next()));
    }

    /** How many of the next tokens a step can take that has so many rows left. */
    int most(int rows) {
        return Math.min(remaining(), rows + Math.max(0, firstWanted - next()));
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
     * @param plan that has run it
     * @param row the first of its own
     */
    void ran(int count, Plan plan, int row) {
        int found = wanted(count);
        largest = found == 1 ? plan.largest(row) : null;
        if (found > 0 && !wanted.isEnough(largest)) {
            largest = null;
            take(plan.logits(row, found), found);
        }
        sequence.advance(count);
        running = false;
    }

    private void take(MemorySegment found, int count) {
        int width = wanted.width();
        MemorySegment.copy(found, ValueLayout.JAVA_FLOAT, 0, results, rows * width, count * width);
        rows += count;
    }

    /** The largest logits of its last token, where they are enough, and the results don't have the others. */
    @Nullable
    LargestLogits largest() {
        return largest;
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
