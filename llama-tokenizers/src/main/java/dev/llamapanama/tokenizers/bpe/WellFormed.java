// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

/** Text as Unicode defines it: a lone surrogate is no character and has no UTF-8. */
final class WellFormed {
    private static final char REPLACEMENT = '\uFFFD';

    private WellFormed() {}

    /** Whether there is no lone surrogate in a text. */
    static boolean is(String text) {
        int codePoint;
        for (int i = 0; i < text.length(); i += Character.charCount(codePoint)) {
            codePoint = text.codePointAt(i);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                return false;
            }
        }
        return true;
    }

    /** The text with every lone surrogate as U+FFFD, so that every character stays in its place. */
    static char[] of(String text) {
        char[] clean = text.toCharArray();
        for (int i = 0; i < clean.length; i++) {
            if (Character.isSurrogate(clean[i])) {
                if (i + 1 < clean.length && Character.isSurrogatePair(clean[i], clean[i + 1])) {
                    i++;
                } else {
                    clean[i] = REPLACEMENT;
                }
            }
        }
        return clean;
    }
}
