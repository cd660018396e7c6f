// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.PinnedBuffer;
import dev.llamapanama.gpu.driver.Stream;
import dev.llamapanama.tensor.StepInputs;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * All that changes from step to step, in one block of pinned memory that one copy brings to the device. It begins with the numbers of tokens,
 * sequences and rows of logits; the inputs and the sequence of each row follow.
 */
final class StepBlock implements AutoCloseable {
    private static final int TOKENS = 0;
    private static final int SEQUENCES = 1;
    private static final int LOGITS = 2;
    private static final int COUNTS = 8;

    /** Bytes that each part begins at a multiple of. */
    private static final long ALIGNMENT = 16;

    private static final int PARTS = 7;

    private final PinnedBuffer host;
    private final DeviceBuffer device;
    private final MemorySegment counts;
    private final MemorySegment sequenceOfRow;
    private final StepInputs inputs;

    /** On the device's thread. */
    StepBlock(StepShape shape) {
        long bytes = bytes(shape);
        host = PinnedBuffer.allocate(bytes);
        try {
            device = DeviceBuffer.allocate("inputs of a step", bytes);
        } catch (RuntimeException | Error e) {
            host.close();
            throw e;
        }
        SegmentAllocator slices = SegmentAllocator.slicingAllocator(host.segment());
        SegmentAllocator parts = (size, alignment) -> slices.allocate(size, Math.max(alignment, ALIGNMENT));
        counts = parts.allocate(JAVA_INT, COUNTS);
        sequenceOfRow = parts.allocate(JAVA_INT, shape.maxTokens());
        inputs = new StepInputs(shape, parts);
    }

    private static long bytes(StepShape shape) {
        long ints = COUNTS
                + 3L * shape.maxTokens()
                + shape.maxSequences()
                + 1
                + (long) shape.maxSequences() * shape.maxPages()
                + shape.maxLogits();
        return ints * Integer.BYTES + PARTS * ALIGNMENT;
    }

    StepInputs inputs() {
        return inputs;
    }

    /** Completes what the caller has written since the last step. */
    void complete() {
        counts.setAtIndex(JAVA_INT, TOKENS, inputs.tokens());
        counts.setAtIndex(JAVA_INT, SEQUENCES, inputs.sequences());
        counts.setAtIndex(JAVA_INT, LOGITS, inputs.logits());
        for (int s = 0; s < inputs.sequences(); s++) {
            int end = inputs.sequenceStarts().getAtIndex(JAVA_INT, s + 1L);
            for (int row = inputs.sequenceStarts().getAtIndex(JAVA_INT, s); row < end; row++) {
                sequenceOfRow.setAtIndex(JAVA_INT, row, s);
            }
        }
    }

    /** Copies the block to the device. */
    void copyOn(Stream stream) {
        stream.copyToDevice(host.segment(), device.address());
    }

    /** Where the device finds the number of rows of a kind. */
    long count(Tensor.Rows rows) {
        return device.address() + (rows == Tensor.Rows.TOKENS ? TOKENS : LOGITS) * (long) Integer.BYTES;
    }

    long tokenIds() {
        return onDevice(inputs.tokenIds());
    }

    long positions() {
        return onDevice(inputs.positions());
    }

    long sequenceOfRow() {
        return onDevice(sequenceOfRow);
    }

    long pageTables() {
        return onDevice(inputs.pageTables());
    }

    long logitRows() {
        return onDevice(inputs.logitRows());
    }

    private long onDevice(MemorySegment part) {
        return device.address() + part.address() - host.segment().address();
    }

    @Override
    public void close() {
        host.close();
        device.close();
    }
}
