// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import java.util.List;

/**
 * How the rotation frequencies of RoPE are stretched for contexts longer than those of pre-training. Each kind is a
 * divisor of the inverse frequency of a pair: {@code f' = f / divisor(i, f)}.
 */
public sealed interface RopeScaling {

    /** No scaling: Llama 1, 2, Code Llama, 3, Llama 4 Maverick. */
    None NONE = new None();

    /**
     * @param pair index of the rotated pair, 0 to headDim/2 − 1
     * @param frequency its unscaled inverse frequency in radians per position
     * @return what to divide that frequency by; 1 leaves it alone
     */
    double divisor(int pair, double frequency);

    /** Frequencies as pre-trained. */
    record None() implements RopeScaling {
        @Override
        public double divisor(int pair, double frequency) {
            return 1;
        }
    }

    /**
     * Position interpolation (arXiv 2306.15595): every frequency divided alike.
     *
     * @param factor positive; above 1 it stretches the context
     */
    record Linear(double factor) implements RopeScaling {
        public Linear {
            Require.positive("rope scaling factor", factor);
        }

        @Override
        public double divisor(int pair, double frequency) {
            return factor;
        }
    }

    /**
     * Llama 3.1 scaling, "llama3" in Hugging Face configurations ({@code apply_scaling} of meta-llama/llama-models):
     * short waves are kept, long ones divided, those between blended.
     *
     * @param factor divisor of the long waves: 8 for Llama 3.1 and 3.3, 32 for Llama 3.2 1B/3B, 16 for Llama 4 Scout
     * @param lowFrequencyFactor waves longer than {@code originalContext / lowFrequencyFactor} are divided whole
     * @param highFrequencyFactor waves shorter than {@code originalContext / highFrequencyFactor} are kept
     * @param originalContext context of pre-training in tokens
     */
    record Llama3(double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContext)
            implements RopeScaling {
        public Llama3 {
            Require.positive("rope scaling factor", factor);
            Require.positive("rope scaling low frequency factor", lowFrequencyFactor);
            Require.positive("rope scaling high frequency factor", highFrequencyFactor);
            Require.that(
                    highFrequencyFactor >= lowFrequencyFactor,
                    "rope scaling high frequency factor",
                    highFrequencyFactor,
                    "at least the low frequency factor " + lowFrequencyFactor);
            Require.positive("rope scaling original context", originalContext);
        }

        @Override
        public double divisor(int pair, double frequency) {
            double waves = originalContext * frequency / (2 * Math.PI);
            if (waves > highFrequencyFactor) {
                return 1;
            }
            if (waves < lowFrequencyFactor) {
                return factor;
            }
            double smooth = highFrequencyFactor == lowFrequencyFactor
                    ? 1
                    : (waves - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
            return 1 / ((1 - smooth) / factor + smooth);
        }
    }

    /**
     * Divisors written down one by one, as GGUF does in {@code rope_freqs.weight}.
     *
     * @param values one for every pair of a head, finite and positive
     */
    record Divisors(List<Float> values) implements RopeScaling {
        public Divisors {
            values = List.copyOf(values);
            for (int pair = 0; pair < values.size(); pair++) {
                Require.positive(
                        "rope divisor of pair " + pair, values.get(pair).doubleValue());
            }
        }

        @Override
        public double divisor(int pair, double frequency) {
            Require.that(pair < values.size(), "rotated pair", pair, "below the " + values.size() + " divisors");
            return values.get(pair);
        }
    }
}
