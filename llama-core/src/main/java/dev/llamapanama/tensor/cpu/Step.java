// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.llamapanama.tensor.StepInputs;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** The inputs of the running step as the operations look at them. */
final class Step {
    private final StepInputs inputs;
    private final int maxPages;
    private final int[] sequenceOfRow;

    Step(StepInputs inputs, StepShape shape) {
        this.inputs = inputs;
        maxPages = shape.maxPages();
        sequenceOfRow = new int[shape.maxTokens()];
    }

    /** Reads what the caller has written since the last step. */
    void refresh() {
        MemorySegment starts = inputs.sequenceStarts();
        for (int s = 0; s < inputs.sequences(); s++) {
            int end = starts.getAtIndex(JAVA_INT, s + 1L);
            for (int row = starts.getAtIndex(JAVA_INT, s); row < end; row++) {
                sequenceOfRow[row] = s;
            }
        }
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
