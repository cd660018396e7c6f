// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

/** Hears how far the loading of weights has come; called by the thread that opens the model, after each tensor. */
@FunctionalInterface
public interface LoadProgress {
    /** Tells nobody. */
    LoadProgress NONE = (done, total) -> {};

    /**
     * @param done bytes of the tensors that are ready
     * @param total bytes of all
     */
    void loaded(long done, long total);
}
