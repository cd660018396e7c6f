// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.gpu.driver.Stream;
import dev.llamapanama.tensor.LargestLogits;
import java.lang.foreign.MemorySegment;

/** The largest logits of each row, which the kernels {@code largest_parts} and {@code largest_join} find after each step. */
final class LargestRows {
    /** Logits that a block looks at, and its threads. */
    private static final int PART = 1024;

    private static final int PART_THREADS = 256;
    private static final int JOIN_THREADS = 1024;

    /** Numbers of four bytes of a row: ids, logits, the total, and three without meaning. */
    private static final int ROW = 2 * LargestLogits.MOST + 4;

    private final CudaTensor logits;
    private final DeviceBuffer found;

    private LargestRows(CudaTensor logits, DeviceBuffer found) {
        this.logits = logits;
        this.found = found;
    }

    /** Records the kernels, behind those that make the logits. On the device's thread. */
    static LargestRows of(CudaTensor logits, Recording recording) {
        Workspace workspace = recording.workspace();
        StepBlock step = recording.step();
        int parts = Math.ceilDiv(logits.width(), PART);
        long lists = (long) logits.most() * parts;
        DeviceBuffer keys = workspace.allocate(lists * LargestLogits.MOST * Long.BYTES);
        DeviceBuffer sums = workspace.allocate(lists * 2 * Float.BYTES);
        DeviceBuffer found = workspace.allocate(bytes(logits.most()));
        long count = step.count(logits.rows());
        recording.launch(
                "largest_parts",
                tokens -> Grid.of(parts, logits.most(tokens), PART_THREADS),
                logits.address(),
                count,
                logits.width(),
                step.temperatures(),
                keys.address(),
                sums.address());
        recording.launch(
                "largest_join",
                tokens -> Grid.of(logits.most(tokens), JOIN_THREADS),
                keys.address(),
                sums.address(),
                parts,
                count,
                step.temperatures(),
                found.address());
        return new LargestRows(logits, found);
    }

    private static long bytes(int rows) {
        return (long) rows * ROW * Integer.BYTES;
    }

    /** Where the device finds the token of the largest logit of the first row. */
    long likeliest() {
        return found.address();
    }

    /** What all rows of a step need in the host's memory. */
    long bytes() {
        return bytes(logits.most());
    }

    /** Brings those of a step's rows. */
    void copyOn(Stream stream, int rows, MemorySegment results) {
        if (rows > 0) {
            stream.copyToHost(found.address(), results.asSlice(0, bytes(rows)));
        }
    }

    /** Those of a row that has been brought. */
    LargestLogits of(int row, MemorySegment results) {
        MemorySegment own = results.asSlice(bytes(row), bytes(1));
        int size = Math.min(LargestLogits.MOST, logits.width());
        MemorySegment ids = own.asSlice(0, (long) size * Integer.BYTES);
        MemorySegment values = own.asSlice(LargestLogits.MOST * (long) Integer.BYTES, ids.byteSize());
        return new LargestLogits(
                ids.toArray(JAVA_INT), values.toArray(JAVA_FLOAT), own.getAtIndex(JAVA_FLOAT, 2L * LargestLogits.MOST));
    }
}
