// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * All that changes from step to step, in buffers that a recorded plan reads: the rows of each sequence, their positions
 * and the pages where their keys and values live. Writable between runs only.
 */
public final class StepInputs {
    private final StepShape shape;
    private final MemorySegment tokenIds;
    private final MemorySegment positions;
    private final MemorySegment sequenceStarts;
    private final MemorySegment pageTables;
    private final MemorySegment logitRows;
    private final MemorySegment temperatures;
    private int tokens;
    private int sequences;
    private int logits;

    /**
     * @param allocator gives memory that the backend can read during a run
     */
    public StepInputs(StepShape shape, SegmentAllocator allocator) {
        this.shape = shape;
        tokenIds = allocator.allocate(JAVA_INT, shape.maxTokens());
        positions = allocator.allocate(JAVA_INT, shape.maxTokens());
        sequenceStarts = allocator.allocate(JAVA_INT, shape.maxSequences() + 1L);
        pageTables = allocator.allocate(JAVA_INT, (long) shape.maxSequences() * shape.maxPages());
        logitRows = allocator.allocate(JAVA_INT, shape.maxLogits());
        temperatures = allocator.allocate(JAVA_FLOAT, shape.maxLogits());
    }

    /** Forgets the last step. */
    public void clear() {
        tokens = 0;
        sequences = 0;
        logits = 0;
    }

    /**
     * Appends the next tokens of a sequence.
     *
     * @param ids token ids
     * @param from index of the first to append
     * @param count how many
     * @param position position of the first of them in the sequence; all earlier ones have been run already
     * @param pages pages of the sequence in order, at least as many as the last position needs
     * @param logitCount of how many of these tokens, counted from the last, logits are wanted
     * @throws IllegalArgumentException if they don't fit into the step or the arrays; the step is as before
     */
    public void append(int[] ids, int from, int count, int position, int[] pages, int logitCount) {
        append(ids, from, count, position, pages, logitCount, 0);
    }

    /**
     * Appends the next tokens of a sequence.
     *
     * @param ids token ids
     * @param from index of the first to append
     * @param count how many
     * @param position position of the first of them in the sequence; all earlier ones have been run already
     * @param pages pages of the sequence in order, at least as many as the last position needs
     * @param logitCount of how many of these tokens, counted from the last, logits are wanted
     * @param temperature at which {@link LargestLogits#total} is wanted of them
     * @throws IllegalArgumentException if they don't fit into the step or the arrays; the step is as before
     */
    public void append(int[] ids, int from, int count, int position, int[] pages, int logitCount, float temperature) {
        require("tokens to append", count, 1, shape.maxTokens() - tokens);
        require("token ids", from, 0, ids.length - count);
        require("position", position, 0, shape.maxPositions() - count);
        require("sequences of the step", sequences + 1, 1, shape.maxSequences());
        int pageCount = KvLayout.pagesFor(position + count);
        require("pages of the sequence", pages.length, pageCount, Integer.MAX_VALUE);
        require("logits to append", logitCount, 0, Math.min(count, shape.maxLogits() - logits));
        MemorySegment.copy(ids, from, tokenIds, JAVA_INT, 4L * tokens, count);
        for (int i = 0; i < count; i++) {
            positions.setAtIndex(JAVA_INT, tokens + i, position + i);
        }
        MemorySegment.copy(pages, 0, pageTables, JAVA_INT, 4L * sequences * shape.maxPages(), pageCount);
        sequenceStarts.setAtIndex(JAVA_INT, sequences++, tokens);
        tokens += count;
        sequenceStarts.setAtIndex(JAVA_INT, sequences, tokens);
        for (int row = tokens - logitCount; row < tokens; row++) {
            temperatures.setAtIndex(JAVA_FLOAT, logits, temperature);
            logitRows.setAtIndex(JAVA_INT, logits++, row);
        }
    }

    private static void require(String field, int found, int least, int most) {
        if (found < least || found > most) {
            throw new IllegalArgumentException(
                    field + ": found " + found + ", expected at least " + least + " and at most " + most);
        }
    }

    /** Rows of activations of this step. */
    public int tokens() {
        return tokens;
    }

    /** Sequences of this step. */
    public int sequences() {
        return sequences;
    }

    /** Rows of logits of this step. */
    public int logits() {
        return logits;
    }

    /** Token id of each row, I32. */
    public MemorySegment tokenIds() {
        return tokenIds;
    }

    /** Position of each row in its sequence, I32. */
    public MemorySegment positions() {
        return positions;
    }

    /** First row of each sequence, and one after the last row, I32. */
    public MemorySegment sequenceStarts() {
        return sequenceStarts;
    }

    /** Pages of each sequence, I32 {@code [maxSequences, maxPages]}. */
    public MemorySegment pageTables() {
        return pageTables;
    }

    /** Rows whose logits are wanted, ascending, I32. */
    public MemorySegment logitRows() {
        return logitRows;
    }

    /** Temperature of each row of logits, F32. */
    public MemorySegment temperatures() {
        return temperatures;
    }
}
