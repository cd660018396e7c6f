// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

/** Hears how far training has come; called by the thread that trains. */
public interface TrainingProgress {
    /** Tells nobody. */
    TrainingProgress NONE = new TrainingProgress() {};

    /**
     * @param done bytes of text that are read
     * @param total bytes of all files
     */
    default void read(long done, long total) {}

    /**
     * @param done pieces that are found, after reading
     * @param total pieces that are wanted
     */
    default void learned(int done, int total) {}
}
