// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;

/** Operations recorded once and replayed for each step. Owns its workspace. One run at a time. */
public interface Plan extends AutoCloseable {

    /** Upper bounds of a step. */
    StepShape shape();

    /** What the next run reads. */
    StepInputs inputs();

    /**
     * Runs a step and waits for its end: keys and values of its rows are written, logits of the asked rows computed.
     *
     * @return logits, F32 {@code [rows asked for, vocabulary]}, valid until the next run
     * @throws IllegalStateException if the inputs hold no token
     */
    MemorySegment run();

    /** Frees the workspace. Idempotent. */
    @Override
    void close();
}
