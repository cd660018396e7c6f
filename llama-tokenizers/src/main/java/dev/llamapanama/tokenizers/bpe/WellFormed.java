// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

/** Text as Unicode defines it: a lone surrogate is no character and has no UTF-8. */
final class WellFormed {
    private WellFormed() {}

    /** The text with every lone surrogate as U+FFFD. */
    static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaced(text);
            }
        }
        return text;
    }

    private static String replaced(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
