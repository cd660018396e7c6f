// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import java.util.List;

/**
 * What a model says of some preferences.
 *
 * @param loss mean of all
 * @param margin mean of the rewards of chosen answers less those of rejected ones
 * @param accuracy the share whose chosen answer has the larger reward
 */
public record PreferenceLoss(double loss, double margin, double accuracy) {

    /** The mean of parts. */
    static PreferenceLoss mean(List<PreferenceLoss> parts, List<Integer> sizes) {
        double loss = 0;
        double margin = 0;
        double accuracy = 0;
        int all = 0;
        for (int i = 0; i < parts.size(); i++) {
            PreferenceLoss part = parts.get(i);
            int size = sizes.get(i);
            loss += size * part.loss;
            margin += size * part.margin;
            accuracy += size * part.accuracy;
            all += size;
        }
        return new PreferenceLoss(loss / all, margin / all, accuracy / all);
    }
}
