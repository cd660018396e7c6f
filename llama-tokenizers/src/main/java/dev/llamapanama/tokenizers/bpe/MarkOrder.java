// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Canonical ordering of decomposed text (Unicode 16, section 3.11). Java knows the combining classes of marks, but tells
 * only which of two comes first.
 */
final class MarkOrder {
    /** Marks of the first and the last class but 0. */
    private static final int FIRST = 0x334;

    private static final int LAST = 0x345;

    private final Map<Integer, Boolean> moves = new HashMap<>();
    private final Map<Long, Integer> comparisons = new HashMap<>();

    String sort(String text) {
        StringBuilder sorted = new StringBuilder();
        List<Integer> run = new ArrayList<>();
        text.codePoints().forEach(codePoint -> {
            if (moves.computeIfAbsent(codePoint, MarkOrder::moves)) {
                run.add(codePoint);
            } else {
                append(run, sorted);
                sorted.appendCodePoint(codePoint);
            }
        });
        append(run, sorted);
        return sorted.toString();
    }

    private void append(List<Integer> run, StringBuilder sorted) {
        run.sort(this::compare);
        run.forEach(sorted::appendCodePoint);
        run.clear();
    }

    private static boolean moves(int mark) {
        return CharacterClass.isMark(mark) && (swap(mark, FIRST) || swap(LAST, mark));
    }

    private int compare(int left, int right) {
        return comparisons.computeIfAbsent(
                (long) left << 32 | right, pair -> swap(left, right) ? 1 : swap(right, left) ? -1 : 0);
    }

    private static boolean swap(int left, int right) {
        String pair =
                new StringBuilder().appendCodePoint(left).appendCodePoint(right).toString();
        return !Normalizer.isNormalized(pair, Form.NFD);
    }
}
