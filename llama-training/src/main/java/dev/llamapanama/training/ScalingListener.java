// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.scaling.ScalingPoint;

/** Is told of the trainings of a family, in their thread. What it throws ends them; what is finished remains. */
public interface ScalingListener {
    /** Listens to nothing. */
    ScalingListener NONE = new ScalingListener() {
        @Override
        public TrainingListener begins(String member, int number, int members) {
            return TrainingListener.NONE;
        }

        @Override
        public void finished(ScalingPoint point) {}
    };

    /**
     * A member's training begins or goes on.
     *
     * @param number from 1
     * @param members how many there are, the predicted one included if it is trained
     * @return is told of its steps
     */
    TrainingListener begins(String member, int number, int members);

    /** A member is done, now or in a run before. */
    void finished(ScalingPoint point);
}
