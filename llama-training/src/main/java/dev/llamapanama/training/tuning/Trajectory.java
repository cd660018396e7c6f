// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

/**
 * An answer, token by token, as it was when it was sampled.
 *
 * @param places of its tokens in the example
 * @param sampled log-probability of each by the policy that sampled it
 * @param reference the same by the reference
 * @param values of what was there before each token
 * @param advantages how much better each was than its value said
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Trajectory(
        Example answer, int[] places, double[] sampled, double[] reference, double[] values, double[] advantages) {

    static Trajectory of(Example answer, double[] sampled, double[] reference, double[] values) {
        int[] places = new int[sampled.length];
        int count = 0;
        for (int at = 1; at < answer.size(); at++) {
            if (answer.answered(at)) {
                places[count++] = at;
            }
        }
        return new Trajectory(answer, places, sampled, reference, values, new double[sampled.length]);
    }

    int size() {
        return places.length;
    }

    /** The estimate of the divergence from the reference. */
    double divergence() {
        double sum = 0;
        for (int i = 0; i < size(); i++) {
            sum += sampled[i] - reference[i];
        }
        return sum;
    }

    /**
     * Generalised advantage estimation (arXiv 1506.02438), where each token costs its divergence, and the last one earns the reward.
     */
    Trajectory withReward(double reward, PpoSettings settings) {
        double[] estimates = new double[size()];
        double following = 0;
        for (int i = size() - 1; i >= 0; i--) {
            boolean last = i + 1 == size();
            double earned = (last ? reward : 0) - settings.klPenalty() * (sampled[i] - reference[i]);
            double error = earned + (last ? 0 : settings.discount() * values[i + 1]) - values[i];
            following = error + settings.discount() * settings.lambda() * following;
            estimates[i] = following;
        }
        return withAdvantages(estimates);
    }

    Trajectory withAdvantages(double[] changed) {
        return new Trajectory(answer, places, sampled, reference, values, changed);
    }
}
