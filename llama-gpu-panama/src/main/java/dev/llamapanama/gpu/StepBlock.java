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
import java.util.ArrayList;
import java.util.List;

/**
 * All that changes from step to step, in one block of pinned memory that one copy brings to the device. It begins with the numbers of tokens,
 * sequences, rows of logits and single rows; the inputs, the sequence of each row and the list of single rows follow.
 */
final class StepBlock implements AutoCloseable {
    private static final int TOKENS = 0;
    private static final int SEQUENCES = 1;
    private static final int LOGITS = 2;
    private static final int SINGLE_ROWS = 3;
    /** Counts within ranges follow these. */
    private static final int RANGES = 4;

    private static final int COUNTS = 16;

    /** Bytes that each part begins at a multiple of. */
    private static final long ALIGNMENT = 16;

    private static final int PARTS = 11;

    private final PinnedBuffer host;
    private final DeviceBuffer device;
    private final MemorySegment counts;
    private final MemorySegment sequenceOfRow;
    private final SingleRows singleRows;
    private final StepInputs inputs;
    private final List<Range> ranges = new ArrayList<>();

    private record Range(Tensor.Rows rows, int times, int above, int most) {
        int of(StepInputs inputs) {
            int count = rows == Tensor.Rows.TOKENS ? inputs.tokens() : inputs.logits();
            return count > above && count <= most ? count * times : 0;
        }
    }

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
        singleRows = new SingleRows(shape, parts);
        inputs = new StepInputs(shape, parts);
    }

    private static long bytes(StepShape shape) {
        long ints = COUNTS
                + 3L * shape.maxTokens()
                + SingleRows.ints(shape)
                + shape.maxSequences()
                + 1
                + (long) shape.maxSequences() * shape.maxPages()
                + 2L * shape.maxLogits();
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
        counts.setAtIndex(JAVA_INT, SINGLE_ROWS, singleRows.list(inputs));
        for (int i = 0; i < ranges.size(); i++) {
            counts.setAtIndex(JAVA_INT, RANGES + i, ranges.get(i).of(inputs));
        }
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
        return count(rows == Tensor.Rows.TOKENS ? TOKENS : LOGITS);
    }

    /** Where it finds a multiple of that. */
    long count(Tensor.Rows rows, int times) {
        return times == 1 ? count(rows) : count(new Range(rows, times, 0, Integer.MAX_VALUE));
    }

    /**
     * Where the device finds that number if it is in a range, and otherwise 0: of kernels for the same operation, one does it, and the others
     * return.
     *
     * @param above all of the range
     * @param most the last of it
     */
    long count(Tensor.Rows rows, int above, int most) {
        if (above == 0 && most == Integer.MAX_VALUE) {
            return count(rows);
        }
        return count(new Range(rows, 1, above, most));
    }

    private long count(Range range) {
        if (!ranges.contains(range)) {
            if (RANGES + ranges.size() == COUNTS) {
                throw new IllegalStateException("step: found " + ranges + " and another range, expected no more");
            }
            ranges.add(range);
        }
        return count(RANGES + ranges.indexOf(range));
    }

    private long count(int index) {
        return device.address() + index * (long) Integer.BYTES;
    }

    /** Where the device finds the number of sequences. */
    long sequences() {
        return count(SEQUENCES);
    }

    /** Where it finds the first row of each sequence, and one after the last. */
    long sequenceStarts() {
        return onDevice(inputs.sequenceStarts());
    }

    /** Where it finds all rows of tokens. */
    ListedRows allRows() {
        return new ListedRows(count(TOKENS), 0, positions(), sequenceOfRow());
    }

    /** Where it finds those of sequences that have only few. */
    ListedRows singleRows() {
        return new ListedRows(
                count(SINGLE_ROWS),
                onDevice(singleRows.rows()),
                onDevice(singleRows.positions()),
                onDevice(singleRows.sequences()));
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

    long temperatures() {
        return onDevice(inputs.temperatures());
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
