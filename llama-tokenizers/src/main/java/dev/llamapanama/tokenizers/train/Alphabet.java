// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The characters that have pieces, the most frequent first, of equally frequent ones the lowest. */
final class Alphabet {
    /** Stands in no piece. */
    static final int NONE = 0;

    private final List<Integer> characters = new ArrayList<>();
    private final Map<Integer, Integer> symbols = new HashMap<>();

    private record Letter(int codePoint, long count) {
        static final Comparator<Letter> FREQUENT_FIRST =
                Comparator.comparingLong(Letter::count).reversed().thenComparingInt(Letter::codePoint);
    }

    /** So many of a text's characters, the most frequent, that their share in the text reaches the coverage. */
    static Alphabet of(WordCounts words, double coverage) {
        List<Letter> sorted = count(words);
        long all = sorted.stream().mapToLong(Letter::count).sum();
        Alphabet alphabet = new Alphabet();
        long covered = 0;
        for (Letter character : sorted) {
            // In single precision, as SentencePiece compares, which decides where both are nearly equal.
            if ((float) ((double) covered / all) >= (float) coverage) {
                break;
            }
            covered += character.count;
            if (character.codePoint != SpecialPieces.BREAK) {
                alphabet.add(character.codePoint);
            }
        }
        return alphabet;
    }

    private static List<Letter> count(WordCounts words) {
        Map<Integer, long[]> counts = new HashMap<>();
        words.forEach((word, times) -> word.codePoints()
                .filter(c -> c != 0)
                .forEach(c -> counts.computeIfAbsent(c, _ -> new long[1])[0] += times));
        List<Letter> sorted = new ArrayList<>();
        counts.forEach((c, count) -> sorted.add(new Letter(c, count[0])));
        sorted.sort(Letter.FREQUENT_FIRST);
        return sorted;
    }

    private void add(int character) {
        characters.add(character);
        symbols.put(character, characters.size());
    }

    List<Integer> characters() {
        return characters;
    }

    int size() {
        return characters.size();
    }

    /** Number of a character, from 1, or {@link #NONE}. */
    int symbol(int character) {
        return symbols.getOrDefault(character, NONE);
    }
}
