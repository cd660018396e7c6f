// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a training has come to.
 *
 * @param last its last step, or null where it was done before and its log is lost
 * @param sources how much of each was read
 * @param model the model, in the first of the recipe's formats
 */
public record TrainingReport(@Nullable TrainingStep last, List<Source> sources, Path model) {
    /** Copies the list. */
    public TrainingReport {
        sources = List.copyOf(sources);
    }

    /**
     * A source.
     *
     * @param name as the recipe has it
     * @param epochs how often its documents were read: 1.5 is all of them and half of them again
     */
    public record Source(String name, double epochs) {}
}
