// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/**
 * Mirostat 2.0 (Basu et al., arXiv 2007.14966): keeps the surprise of a text near a target. Tokens whose surprise −log₂ p is above a bound
 * are left out, and the bound, which begins with {@code 2 · tau}, moves by {@code eta} times how far the surprise of the drawn token
 * among those left is below {@code tau}.
 *
 * @param tau the target, in bits
 * @param eta the learning rate
 */
public record Mirostat(double tau, double eta) {
    /** The values of llama.cpp: 5 bits, rate 0.1. */
    public static final Mirostat DEFAULT = new Mirostat(5, 0.1);

    public Mirostat {
        Require.that(tau > 0 && Double.isFinite(tau), "mirostat tau", tau, "more than 0");
        Require.that(eta > 0 && Double.isFinite(eta), "mirostat eta", eta, "more than 0");
    }
}
