// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** What a training does, step by step, and what it needs to go on from where it was. */
interface Course {
    /** What must be the same for stored numbers to mean the same. */
    JsonNode identity();

    /** Steps done. */
    long steps();

    /** Steps of the whole training. */
    long allSteps();

    /** How much of the whole work is done, from 0 to 1. */
    double share();

    /** The next step. */
    TrainingStep step();

    TrainingState state();

    /** All numbers that steps change: the arrays themselves, in an order that never changes. */
    List<float[]> arrays();

    /** Makes room for the arrays of a state that are about to be read, which may be more than a training begins with. */
    default void expect(TrainingState state) {}

    /** Goes on from a state, whose arrays are there already. */
    void restore(TrainingState state);
}
