// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** Computes what {@link Dry} takes, in time proportional to the window. */
final class DryPenalty {
    /** Beyond this, whatever the base, a token is out of the question. */
    private static final float MOST = 1e30f;

    private final Dry dry;
    private final IntFunction<String> texts;
    private final Map<Integer, Boolean> breaks = new HashMap<>();

    /** @param texts of tokens */
    DryPenalty(Dry dry, IntFunction<String> texts) {
        this.dry = dry;
        this.texts = texts;
    }

    void apply(History history, float[] logits) {
        int window = dry.window() < 0 ? history.size() : Math.min(dry.window(), history.size());
        int[] matches = matches(history, window);
        Map<Integer, Integer> longest = new HashMap<>();
        for (int i = 1; i < window; i++) {
            if (matches[i] >= dry.allowedLength()) {
                longest.merge(history.back(i - 1), matches[i], Math::max);
            }
        }
        longest.forEach((token, length) -> {
            double penalty = dry.multiplier() * Math.pow(dry.base(), length - (double) dry.allowedLength());
            if (token < logits.length) {
                logits[token] -= (float) Math.min(MOST, penalty);
            }
        });
    }

    /**
     * How many tokens up to the one so far back are the same as the last ones, by the Z algorithm on the tokens read backwards; none
     * beyond one that breaks.
     */
    private int[] matches(History history, int window) {
        int[] matches = new int[window];
        int limit = 0;
        while (limit < window && !breaks(history.back(limit))) {
            limit++;
        }
        int left = 0;
        int right = 0;
        for (int i = 1; i < window; i++) {
            int known = i < right ? Math.min(right - i, matches[i - left]) : 0;
            while (i + known < window && known < limit && history.back(known) == history.back(i + known)) {
                known++;
            }
            matches[i] = known;
            if (i + known > right) {
                left = i;
                right = i + known;
            }
        }
        return matches;
    }

    private boolean breaks(int token) {
        return breaks.computeIfAbsent(token, id -> {
            String text = texts.apply(id);
            return dry.breakers().stream().anyMatch(text::contains);
        });
    }
}
