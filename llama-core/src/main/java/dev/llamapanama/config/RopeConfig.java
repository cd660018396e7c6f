// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import java.util.Objects;

/**
 * Rotary position embedding (arXiv 2104.09864) over the full head.
 *
 * @param theta base of the geometric row of frequencies: 1e4 for Llama 1 and 2, 1e6 for Code Llama, 5e5 from Llama 3 on
 * @param scaling how the frequencies are stretched
 */
public record RopeConfig(double theta, RopeScaling scaling) {
    public RopeConfig {
        Require.positive("rope theta", theta);
        Objects.requireNonNull(scaling, "scaling");
    }

    /**
     * @param headDim even width of a head
     * @return angle per position of each pair: {@code theta^(−2i/headDim)} divided as {@link #scaling} says
     */
    public double[] inverseFrequencies(int headDim) {
        double[] frequencies = new double[headDim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            double frequency = Math.pow(theta, -2.0 * i / headDim);
            frequencies[i] = frequency / scaling.divisor(i, frequency);
        }
        return frequencies;
    }
}
