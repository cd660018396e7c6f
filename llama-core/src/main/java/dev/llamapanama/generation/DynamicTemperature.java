// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/**
 * A temperature that depends on how certain the model is: {@code min + (max − min) · (H / log n)^exponent}, where H is the entropy of the
 * distribution of the {@code n} tokens that are possible, and min and max are the temperature less and plus the range, 0 at least (llama.cpp,
 * {@code llama_sampler_init_temp_ext}).
 *
 * @param range more than 0
 * @param exponent more than 0
 */
public record DynamicTemperature(double range, double exponent) {
    public DynamicTemperature {
        Require.that(range > 0 && Double.isFinite(range), "dynamicTemperature range", range, "more than 0");
        Require.that(exponent > 0 && Double.isFinite(exponent), "dynamicTemperature exponent", exponent, "more than 0");
    }

    double of(double temperature, float[] logits) {
        double least = Math.max(0, temperature - range);
        return least + (temperature + range - least) * Math.pow(relativeEntropy(logits), exponent);
    }

    private static double relativeEntropy(float[] logits) {
        Candidates candidates = new Candidates(logits, 1);
        int possible = candidates.possible();
        return possible < 2 ? 0 : Math.clamp(candidates.entropy() / Math.log(possible), 0, 1);
    }
}
