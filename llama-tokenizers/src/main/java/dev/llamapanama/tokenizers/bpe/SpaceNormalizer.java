// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import org.jspecify.annotations.Nullable;

/**
 * What SentencePiece does to text before it looks for pieces (src/normalizer.cc), and Hugging Face's normalizers and
 * pre-tokenizers in its place.
 *
 * @param characters what becomes of characters, or null where they stay
 */
record SpaceNormalizer(Whitespace whitespace, @Nullable CharacterMap characters) {
    /** How pieces spell a space. */
    static final char SPACE = '\u2581';

    /** @param tracked whether it will be asked where characters come from */
    NormalizedText normalize(char[] text, int from, int to, boolean tracked) {
        NormalizedText normalized = new NormalizedText(to - from + 1, tracked);
        int start = whitespace.removeExtraWhitespaces() ? firstNonSpace(text, from, to) : from;
        normalized.end(start);
        if (start == to) {
            return normalized;
        }
        if (hasPrefix(text[start], from == 0)) {
            normalized.add(SPACE, start);
        }
        boolean afterSpace = whitespace.removeExtraWhitespaces();
        for (int at = start; at < to; ) {
            if (characters == null) {
                afterSpace = add(text[at], at, afterSpace, normalized);
                at++;
            } else {
                var replacement = characters.at(text, at, to);
                afterSpace = addAll(replacement.text(), at, afterSpace, normalized);
                at = replacement.end();
            }
        }
        normalized.end(to);
        if (whitespace.removeExtraWhitespaces()) {
            // Also takes off a U+2581 of the text itself, as SentencePiece does.
            normalized.stripTrailing(SPACE);
        }
        return normalized;
    }

    /** Whether the next space is one too many. */
    private boolean add(char c, int origin, boolean afterSpace, NormalizedText normalized) {
        if (c != ' ') {
            normalized.add(c, origin);
            return false;
        }
        if (!afterSpace) {
            normalized.add(SPACE, origin);
        }
        return whitespace.removeExtraWhitespaces();
    }

    /** What is replaced together is looked at together: only spaces at its beginning are too many. */
    private boolean addAll(String replacement, int origin, boolean afterSpace, NormalizedText normalized) {
        int at = 0;
        while (afterSpace && at < replacement.length() && replacement.charAt(at) == ' ') {
            at++;
        }
        boolean spaceLast = afterSpace;
        for (; at < replacement.length(); at++) {
            spaceLast = add(replacement.charAt(at), origin, false, normalized);
        }
        return spaceLast;
    }

    private boolean hasPrefix(char begin, boolean first) {
        boolean space = begin == ' ' || begin == SPACE;
        return switch (whitespace.dummyPrefix()) {
            case NONE -> false;
            case EVERY -> true;
            case FIRST -> first;
            case EVERY_WITHOUT -> !space;
            case FIRST_WITHOUT -> first && !space;
        };
    }

    private int firstNonSpace(char[] text, int from, int to) {
        int first = from;
        while (first < to && characters == null && text[first] == ' ') {
            first++;
        }
        while (first < to && characters != null) {
            var replacement = characters.at(text, first, to);
            if (!replacement.text().equals(" ")) {
                break;
            }
            first = replacement.end();
        }
        return first;
    }
}
