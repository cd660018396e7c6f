// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.TokenizerException;
import java.util.function.IntUnaryOperator;

/**
 * Distinct words as symbols in one array, every word between zeros. A symbol of several characters stands at its first
 * and at its last place, with zeros between, so that neighbours are found in both directions.
 */
final class Corpus {
    private static final int MOST = Integer.MAX_VALUE - 8;

    private final int[] symbols;
    private final int[] wordOf;
    private final long[] counts;
    private int size = 1;
    private int words;

    /**
     * @param source what to call the text in messages
     * @param symbolOf number of a character, from 1, or 0, over which no piece goes
     */
    Corpus(String source, WordCounts text, IntUnaryOperator symbolOf) {
        int places = places(source, text);
        symbols = new int[places];
        wordOf = new int[places];
        counts = new long[text.size()];
        text.forEach((word, count) -> add(word, count, symbolOf));
    }

    private static int places(String source, WordCounts text) {
        long[] places = {1};
        text.forEach((word, _) -> places[0] += word.codePointCount(0, word.length()) + 1);
        if (places[0] > MOST) {
            throw new TokenizerException(
                    source,
                    "characters of distinct words",
                    places[0],
                    "at most " + MOST + "; train on a part of the text");
        }
        return (int) places[0];
    }

    private void add(String word, long count, IntUnaryOperator symbolOf) {
        word.codePoints().forEach(c -> {
            symbols[size] = symbolOf.applyAsInt(c);
            wordOf[size++] = words;
        });
        size++;
        counts[words++] = count;
    }

    /** Places are 1 to before this. */
    int size() {
        return size;
    }

    /** The symbol at a place; 0 between words, and within a symbol. */
    int symbol(int place) {
        return symbols[place];
    }

    /** How often the word at a place stands in the text. */
    long count(int place) {
        return counts[wordOf[place]];
    }

    /** Puts one symbol in the place of two that are neighbours. */
    void merge(int start, int middle, int end, int symbol) {
        symbols[middle - 1] = 0;
        symbols[middle] = 0;
        symbols[start] = symbol;
        symbols[end - 1] = symbol;
    }
}
