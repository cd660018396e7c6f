// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/** A backend that finds the largest logits, as one does whose logits are far away. */
public final class FindingBackend extends WatchedBackend {
    private int rowsBrought;

    /** @param backend does the work, and is closed with this */
    public FindingBackend(Backend backend) {
        super(backend, inputs -> {});
    }

    /** How many rows of all logits were asked for so far. */
    public int rowsBrought() {
        return rowsBrought;
    }

    @Override
    public Plan record(StepShape shape, Consumer<Ops> body) {
        return new WatchedPlan(super.record(shape, body)) {
            @Override
            public MemorySegment logits(int first, int count) {
                rowsBrought += count;
                return super.logits(first, count);
            }

            @Override
            public LargestLogits largest(int row) {
                float temperature = inputs().temperatures().getAtIndex(ValueLayout.JAVA_FLOAT, row);
                return Largest.of(super.logits(row, 1).toArray(ValueLayout.JAVA_FLOAT), temperature);
            }
        };
    }
}
