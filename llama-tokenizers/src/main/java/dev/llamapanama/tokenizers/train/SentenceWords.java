// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import java.util.function.Consumer;

/**
 * Takes lines apart into words that begin with a space, and counts them, as SentencePiece does
 * ({@code SplitIntoWords} in google/sentencepiece src/model_interface.cc).
 */
final class SentenceWords implements Consumer<String> {
    /** Stands for rare characters in SentencePiece, which leaves lines out where it stands already. */
    private static final char RESERVED = '\u2585';

    private final SpecialPieces special;
    private final boolean spacesTogether;
    private final WordCounts counts = new WordCounts();
    private long lines;
    private long skipped;

    /** @param spacesTogether whether a run of spaces begins one word, not one each */
    SentenceWords(SpecialPieces special, boolean spacesTogether) {
        this.special = special;
        this.spacesTogether = spacesTogether;
    }

    @Override
    public void accept(String line) {
        if (line.indexOf(RESERVED) >= 0) {
            skipped++;
        } else if (!line.isEmpty()) {
            lines++;
            split(special.hideIn(PieceRules.SPACE + line.replace(' ', PieceRules.SPACE)));
        }
    }

    private void split(String sentence) {
        int start = 0;
        for (int i = 1; i < sentence.length(); i++) {
            boolean space = sentence.charAt(i) == PieceRules.SPACE;
            if (space && !(spacesTogether && sentence.charAt(i - 1) == PieceRules.SPACE)) {
                counts.add(sentence.substring(start, i));
                start = i;
            }
        }
        counts.add(sentence.substring(start));
    }

    WordCounts counts() {
        return counts;
    }

    /** Lines that were taken apart. */
    long lines() {
        return lines;
    }

    /** Lines that were left out for what stands in them. */
    long skipped() {
        return skipped;
    }
}
