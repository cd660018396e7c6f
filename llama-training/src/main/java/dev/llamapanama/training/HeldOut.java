// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.network.Batch;
import dev.llamapanama.training.network.DecoderNetwork;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is measured and never learnt. */
record HeldOut(List<Batch> batches) {

    /** The mean of {@code −log p} of all targets, or null where there are none. */
    @Nullable
    Double loss(DecoderNetwork network) {
        long targets = batches.stream().mapToLong(Batch::targetCount).sum();
        if (targets == 0) {
            return null;
        }
        double loss = 0;
        for (Batch batch : batches) {
            network.forward(batch);
            float[] logProbabilities = network.logProbabilities();
            for (int row = 0; row < batch.size(); row++) {
                loss -= logProbabilities[row];
            }
        }
        return loss / targets;
    }
}
