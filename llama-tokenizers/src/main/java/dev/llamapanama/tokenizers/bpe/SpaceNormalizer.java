// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;

/**
 * What SentencePiece does to spaces before it looks for pieces (src/normalizer.cc, with the identity character map), and
 * Hugging Face's normalizers and pre-tokenizers in its place.
 */
record SpaceNormalizer(Whitespace whitespace) {
    /** How pieces spell a space. */
    static final char SPACE = '\u2581';

    /** @param first whether the text is the beginning of the whole text */
    String normalize(String text, boolean first) {
        int start = whitespace.removeExtraWhitespaces() ? firstNonSpace(text) : 0;
        if (start == text.length()) {
            return "";
        }
        StringBuilder normalized = new StringBuilder(text.length() + 1);
        if (hasPrefix(text.charAt(start), first)) {
            normalized.append(SPACE);
        }
        boolean afterSpace = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ' ') {
                normalized.append(c);
            } else if (!(afterSpace && whitespace.removeExtraWhitespaces())) {
                normalized.append(SPACE);
            }
            afterSpace = c == ' ';
        }
        if (whitespace.removeExtraWhitespaces()) {
            stripTrailing(normalized);
        }
        return normalized.toString();
    }

    private boolean hasPrefix(char begin, boolean first) {
        boolean space = begin == ' ' || begin == SPACE;
        return switch (whitespace.dummyPrefix()) {
            case NONE -> false;
            case EVERY -> true;
            case EVERY_WITHOUT -> !space;
            case FIRST_WITHOUT -> first && !space;
        };
    }

    private static int firstNonSpace(String text) {
        int first = 0;
        while (first < text.length() && text.charAt(first) == ' ') {
            first++;
        }
        return first;
    }

    /** Also takes off a U+2581 of the text itself, as SentencePiece does. */
    private static void stripTrailing(StringBuilder normalized) {
        int length = normalized.length();
        while (length > 0 && normalized.charAt(length - 1) == SPACE) {
            length--;
        }
        normalized.setLength(length);
    }
}
