// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.llamapanama.tensor.StepInputs;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** The inputs of the running step as the operations look at them. */
final class Step {
    /** Rows that look at the same keys together. */
    static final int BLOCK_ROWS = 8;

    private final StepInputs inputs;
    private final int maxPages;
    private final int[] sequenceOfRow;
    private final int[] blockStarts;
    private int blocks;

    Step(StepInputs inputs, StepShape shape) {
        this.inputs = inputs;
        maxPages = shape.maxPages();
        sequenceOfRow = new int[shape.maxTokens()];
        blockStarts = new int[shape.maxTokens() + 1];
    }

    /** Reads what the caller has written since the last step. */
    void refresh() {
        MemorySegment starts = inputs.sequenceStarts();
        blocks = 0;
        for (int s = 0; s < inputs.sequences(); s++) {
            int end = starts.getAtIndex(JAVA_INT, s + 1L);
            for (int row = starts.getAtIndex(JAVA_INT, s); row < end; row++) {
                sequenceOfRow[row] = s;
                if ((row - starts.getAtIndex(JAVA_INT, s)) % BLOCK_ROWS == 0) {
                    blockStarts[blocks++] = row;
                }
            }
        }
        blockStarts[blocks] = inputs.tokens();
    }

    /** Blocks of up to {@link #BLOCK_ROWS} rows of one sequence, in order. */
    int blocks() {
        return blocks;
    }

    /** First row of a block; that of the next one is where it ends. */
    int blockStart(int block) {
        return blockStarts[block];
    }

    int rows(Tensor.Rows kind) {
        return kind == Tensor.Rows.TOKENS ? inputs.tokens() : inputs.logits();
    }

    int token(int row) {
        return inputs.tokenIds().getAtIndex(JAVA_INT, row);
    }

    int position(int row) {
        return inputs.positions().getAtIndex(JAVA_INT, row);
    }

    /** The page that holds an index-th run of positions of the row's sequence. */
    int page(int row, int index) {
        return inputs.pageTables().getAtIndex(JAVA_INT, (long) sequenceOfRow[row] * maxPages + index);
    }

    int logitRow(int index) {
        return inputs.logitRows().getAtIndex(JAVA_INT, index);
    }
}
