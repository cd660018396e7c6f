// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

/** Hears how far training has come; called by the thread that trains. */
public interface TrainingProgress {
    /** Tells nobody. */
    TrainingProgress NONE = new TrainingProgress() {};

    /**
     * Text is being read.
     *
     * @param done bytes of text that are read
     * @param total bytes of all files
     */
    default void read(long done, long total) {}

    /**
     * Pieces are being found.
     *
     * @param done pieces that are found, after reading
     * @param total pieces that are wanted
     */
    default void learned(int done, int total) {}
}
