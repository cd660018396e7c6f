// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import java.util.List;

/**
 * Finds stop strings in text that arrives in pieces. What might be the beginning of a stop string is held back until it is
 * known not to be one. Serves one generation.
 */
final class StopStrings {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean found;

    /**
     * @param stops strings that end a generation, none of them empty
     */
    StopStrings(List<String> stops) {
        this.stops = List.copyOf(stops);
    }

    /**
     * Takes the next piece.
     *
     * @return text that can be shown now; text before the stop string if one was found
     */
    String push(String piece) {
        held.append(piece);
        int stop = firstStop();
        found = stop >= 0;
        return release(found ? stop : held.length() - heldBack());
    }

    /** Whether a stop string has come up; nothing may be pushed after that. */
    boolean found() {
        return found;
    }

    /** The end of the text: what was held back turned out to be text, unless a stop string was found. */
    String flush() {
        return found ? "" : release(held.length());
    }

    private String release(int end) {
        String text = held.substring(0, end);
        held.delete(0, end);
        return text;
    }

    /** Where the stop string begins that is complete first, and of those the longest: what pieces the text came in plays no part. */
    private int firstStop() {
        int first = -1;
        int firstEnd = Integer.MAX_VALUE;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            int end = at + stop.length();
            if (at >= 0 && (end < firstEnd || (end == firstEnd && at < first))) {
                first = at;
                firstEnd = end;
            }
        }
        return first;
    }

    /** Length of the longest end of the text that is the beginning of a stop string. */
    private int heldBack() {
        int longest = 0;
        for (String stop : stops) {
            for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
                if (held.indexOf(stop.substring(0, n), held.length() - n) >= 0) {
                    longest = n;
                }
            }
        }
        return longest;
    }
}
