// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.llamapanama.gpu.driver.Event;
import dev.llamapanama.gpu.driver.Stream;
import dev.llamapanama.tensor.LargestLogits;
import java.lang.foreign.MemorySegment;

/**
 * What a step brings to the host's memory, and the event that tells that it has come.
 *
 * @param largest what is brought
 * @param memory where to
 * @param come recorded behind it
 */
record StepResults(LargestRows largest, MemorySegment memory, Event come) {

    /** For all steps of a recording. On the device's thread, as all of this. */
    static StepResults of(LargestRows largest, Recording recording) {
        return new StepResults(largest, recording.pinned(largest.bytes()), recording.event());
    }

    /** Has them brought behind the work of a step. */
    void bringOn(Stream stream, int rows) {
        largest.copyOn(stream, rows, memory);
        come.recordOn(stream);
    }

    /** Waits for them. */
    void await() {
        come.synchronize();
    }

    /** The token of the first row's largest logit. */
    int likeliest() {
        return memory.get(JAVA_INT, 0);
    }

    /** The largest of a row. */
    LargestLogits of(int row) {
        return largest.of(row, memory);
    }
}
