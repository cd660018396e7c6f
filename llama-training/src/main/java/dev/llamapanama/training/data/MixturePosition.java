// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.data;

import java.util.List;

/**
 * How far a {@link DataMixture} has come. Immutable.
 *
 * @param current source of the document that is cut, or -1 if none is
 * @param sources one for each source
 */
public record MixturePosition(int current, List<Source> sources) {
    /** Copies the list. */
    public MixturePosition {
        sources = List.copyOf(sources);
    }

    /**
     * How far one source has come.
     *
     * @param epoch how often all of its documents have been taken
     * @param document next one, in the order of the epoch
     * @param offset tokens of it that have been taken
     * @param tokens taken in all epochs
     */
    public record Source(long epoch, int document, int offset, long tokens) {
        static final Source START = new Source(0, 0, 0, 0);
    }
}
