// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.training.network.DecoderNetwork;
import dev.llamapanama.training.optimise.AdamW;
import dev.llamapanama.training.optimise.AdamWSettings;
import java.util.List;

/** All weights of a network. */
public final class FullTuning implements Trainable {
    private final DecoderNetwork network;
    private final AdamW adamW;

    /**
     * @param network remains the caller's
     * @param threads that compute; results don't depend on it
     */
    public FullTuning(DecoderNetwork network, AdamWSettings settings, int threads) {
        this.network = network;
        adamW = new AdamW(network.parameters(), network.gradients(), settings, threads);
    }

    @Override
    public void clearGradients() {
        network.clearGradients();
    }

    @Override
    public double gradientNorm() {
        return adamW.gradientNorm();
    }

    @Override
    public void step(double learningRate, double gradientFactor) {
        adamW.step(learningRate, gradientFactor);
    }

    @Override
    public List<float[]> state() {
        return List.of(
                network.parameters().values(),
                adamW.means().values(),
                adamW.squares().values());
    }

    @Override
    public void resumeAfter(long steps) {
        adamW.resumeAfter(steps);
    }

    @Override
    public void close() {
        adamW.close();
    }
}
