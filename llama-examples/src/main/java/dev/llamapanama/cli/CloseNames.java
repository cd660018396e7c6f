// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what somebody may have meant. */
final class CloseNames {
    private CloseNames() {}

    /** The names that take the fewest edits to become the given one, best first; how a name goes on doesn't count. */
    static List<String> to(String name, Collection<String> names, int most) {
        return names.stream()
                .sorted(Comparator.comparingInt(candidate -> candidate.startsWith(name) ? 0 : edits(name, candidate)))
                .limit(most)
                .toList();
    }

    /** Insertions, deletions and replacements of characters (Levenshtein). */
    private static int edits(String from, String to) {
        int[] above = new int[to.length() + 1];
        for (int j = 0; j < above.length; j++) {
            above[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[above.length];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[to.length()];
    }
}
