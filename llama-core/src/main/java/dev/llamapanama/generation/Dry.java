// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import java.util.List;

/**
 * "Don't repeat yourself": a token that would go on with a repetition of what came before loses {@code multiplier · base^(n − allowedLength)},
 * where {@code n} is how many tokens are repeated so far, from {@code allowedLength} on (p-e-w, text-generation-webui pull request 5677).
 *
 * @param multiplier 0 for nothing
 * @param base 1 or more
 * @param allowedLength repeated tokens that cost nothing yet; 1 or more
 * @param window how many of the last tokens are looked at; −1 for all
 * @param breakers texts that end a repetition: tokens that contain one are never part of it
 */
public record Dry(double multiplier, double base, int allowedLength, int window, List<String> breakers) {
    /** The values of its author: base 1.75, from two repeated tokens on, all of the text, line ends and punctuation break. */
    public static Dry of(double multiplier) {
        return new Dry(multiplier, 1.75, 2, -1, List.of("\n", ":", "\"", "*"));
    }

    public Dry {
        Require.that(multiplier >= 0 && Double.isFinite(multiplier), "dry multiplier", multiplier, "0 or more");
        Require.that(base >= 1 && Double.isFinite(base), "dry base", base, "1 or more");
        Require.that(allowedLength >= 1, "dry allowedLength", allowedLength, "1 or more");
        Require.that(window >= -1, "dry window", window, "0 or more, or −1 for all");
        breakers = List.copyOf(breakers);
        Require.that(!breakers.contains(""), "dry breakers", "an empty text", "none");
    }
}
