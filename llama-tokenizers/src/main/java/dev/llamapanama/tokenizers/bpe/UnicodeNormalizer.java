// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.text.Normalizer;
import java.text.Normalizer.Form;

/**
 * A normalization form (Unicode Standard Annex 15), with the way back: text is normalized in the least stretches that don't
 * touch each other, and what a stretch becomes comes from all of it.
 */
final class UnicodeNormalizer {
    /** Longer ones are put in order first. */
    private static final int LONG = 64;

    private final Form form;
    private final Form decomposed;

    UnicodeNormalizer(Form form) {
        this.form = form;
        this.decomposed = form == Form.NFC || form == Form.NFD ? Form.NFD : Form.NFKD;
    }

    void normalize(NormalizedText text, NormalizedText next) {
        char[] letters = text.letters();
        int end;
        for (int start = 0; start < text.length(); start = end) {
            end = CharacterClass.after(letters, start);
            boolean lacks = Unicode9.lacks(Character.codePointAt(letters, start));
            while (end < text.length() && !lacks && !beginsStretch(Character.codePointAt(letters, end))) {
                end = CharacterClass.after(letters, end);
            }
            if (lacks || (end == start + 1 && letters[start] < 0x80)) {
                next.addAll(text, start, end);
            } else {
                addNormalized(text, start, end, next);
            }
        }
    }

    private void addNormalized(NormalizedText text, int start, int end, NormalizedText next) {
        String stretch = new String(text.letters(), start, end - start);
        String normalized = Normalizer.normalize(stretch.length() > LONG ? inOrder(stretch) : stretch, form);
        if (normalized.equals(stretch)) {
            next.addAll(text, start, end);
        } else {
            next.addAll(normalized, text.origin(start));
        }
    }

    /** Whether a character neither composes with what stands before it nor changes places with it. */
    private boolean beginsStretch(int codePoint) {
        if (codePoint < 0x300 || Unicode9.lacks(codePoint)) {
            return true;
        }
        int first = decomposition(codePoint).codePointAt(0);
        boolean vowelOrFinal = first >= 0x1161 && first <= 0x11C2;
        return !vowelOrFinal && !CharacterClass.isMark(first);
    }

    private String decomposition(int codePoint) {
        return Normalizer.normalize(Character.toString(codePoint), decomposed);
    }

    /** Marks in canonical order: Java puts them there in time that is quadratic in their number. */
    private String inOrder(String stretch) {
        StringBuilder characters = new StringBuilder();
        stretch.codePoints().forEach(codePoint -> characters.append(decomposition(codePoint)));
        return new MarkOrder().sort(characters.toString());
    }
}
