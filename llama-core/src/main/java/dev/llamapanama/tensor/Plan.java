// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Operations recorded once and replayed for each step. Owns its workspace. One run at a time. */
public interface Plan extends AutoCloseable {

    /** Upper bounds of a step. */
    StepShape shape();

    /** What the next run reads. */
    StepInputs inputs();

    /**
     * Runs a step and waits for its end: keys and values of its rows are written, logits of the asked rows computed.
     *
     * @throws IllegalStateException if the inputs hold no token
     */
    void step();

    /**
     * Logits of the last step, which may have to be brought from a device.
     *
     * @param first of the rows that were asked for
     * @param count how many
     * @return F32 {@code [count, vocabulary]}, valid until the next call of this or until inputs of another step are written
     */
    MemorySegment logits(int first, int count);

    /** The largest logits of a row of the last step, if the backend finds them by itself, which is worth it where all of them are far away. */
    default @Nullable LargestLogits largest(int row) {
        return null;
    }

    /**
     * Runs a step.
     *
     * @return logits of all rows asked for, F32 {@code [rows, vocabulary]}, valid until the next step
     * @throws IllegalStateException if the inputs hold no token
     */
    default MemorySegment run() {
        step();
        return logits(0, inputs().logits());
    }

    /** Frees the workspace. Idempotent. */
    @Override
    void close();
}
