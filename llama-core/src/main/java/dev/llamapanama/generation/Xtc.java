// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/**
 * "Exclude top choices": where several tokens are probable enough, all of them but the least probable are left out, so that what everybody would
 * say isn't said (p-e-w, text-generation-webui pull request 6335).
 *
 * @param probability how often it is done; 0 for never
 * @param threshold probability from which a token is a top choice; more than 0. Above 0.5 there are never two
 */
public record Xtc(double probability, double threshold) {
    public Xtc {
        Require.that(probability >= 0 && probability <= 1, "xtc probability", probability, "0 to 1");
        Require.that(threshold > 0 && threshold <= 1, "xtc threshold", threshold, "more than 0, at most 1");
    }
}
