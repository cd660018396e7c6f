// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.llamapanama.tensor.StepInputs;
import dev.llamapanama.tensor.StepShape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * The rows of a step whose sequences have fewer than {@link #LEAST_RUN}: attention takes each of these by itself, and the others together. Lists in
 * host memory that a copy brings to the device.
 *
 * @param rows their indices in the step, I32
 * @param positions their positions, I32
 * @param sequences the sequences that they belong to, I32
 */
record SingleRows(MemorySegment rows, MemorySegment positions, MemorySegment sequences) {
    /** Rows of a sequence from which on they are taken together: as many as keep a block of threads busy. */
    static final int LEAST_RUN = 16;

    /** For the largest step of a shape. */
    SingleRows(StepShape shape, SegmentAllocator allocator) {
        this(
                allocator.allocate(JAVA_INT, most(shape)),
                allocator.allocate(JAVA_INT, most(shape)),
                allocator.allocate(JAVA_INT, most(shape)));
    }

    /** Rows that a list has at most. */
    static int most(StepShape shape) {
        return (int) Math.min(shape.maxTokens(), (LEAST_RUN - 1L) * shape.maxSequences());
    }

    /** Numbers of all lists together. */
    static long ints(StepShape shape) {
        return 3L * most(shape);
    }

    /** Lists those of a step. Returns how many they are. */
    int list(StepInputs inputs) {
        int count = 0;
        for (int s = 0; s < inputs.sequences(); s++) {
            int begin = inputs.sequenceStarts().getAtIndex(JAVA_INT, s);
            int end = inputs.sequenceStarts().getAtIndex(JAVA_INT, s + 1L);
            for (int row = begin; end - begin < LEAST_RUN && row < end; row++) {
                rows.setAtIndex(JAVA_INT, count, row);
                positions.setAtIndex(JAVA_INT, count, inputs.positions().getAtIndex(JAVA_INT, row));
                sequences.setAtIndex(JAVA_INT, count++, s);
            }
        }
        return count;
    }
}
