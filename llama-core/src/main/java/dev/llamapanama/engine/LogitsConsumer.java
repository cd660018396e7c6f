// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

/** Takes the logits of a position while they are valid. */
@FunctionalInterface
public interface LogitsConsumer {

    /**
     * @param index index of the token in the fed ids
     * @param logits what the model expects to follow it; valid during the call only, and may be overwritten
     */
    void accept(int index, float[] logits);
}
