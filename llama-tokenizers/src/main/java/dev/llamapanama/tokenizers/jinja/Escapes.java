// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** Backslashes in the strings of a template: those of Python. */
final class Escapes {
    private static final String LETTERS = "abfnrtv\\'\"";
    private static final String MEANINGS = "\u0007\b\f\n\r\t\u000b\\'\"";

    private Escapes() {}

    static String resolve(String text, int line) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder resolved = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\') {
                at = escape(text, at, resolved, line);
            } else {
                resolved.append(c);
            }
        }
        return resolved.toString();
    }

    private static int escape(String text, int at, StringBuilder resolved, int line) {
        char letter = text.charAt(at);
        int simple = LETTERS.indexOf(letter);
        if (simple >= 0) {
            resolved.append(MEANINGS.charAt(simple));
            return at + 1;
        }
        int digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
        if (digits > 0) {
            resolved.appendCodePoint(codePoint(text, at + 1, digits, 16, line));
            return at + 1 + digits;
        }
        if (letter >= '0' && letter <= '7') {
            int end = at;
            while (end < text.length() && end < at + 3 && text.charAt(end) >= '0' && text.charAt(end) <= '7') {
                end++;
            }
            resolved.appendCodePoint(codePoint(text, at, end - at, 8, line));
            return end;
        }
        if (letter != '\n') {
            resolved.append('\\').append(letter);
        }
        return at + 1;
    }

    private static int codePoint(String text, int at, int digits, int radix, int line) {
        int value = at + digits <= text.length() ? 0 : -1;
        for (int i = at; value >= 0 && i < at + digits; i++) {
            int digit = Character.digit(text.charAt(i), radix);
            value = digit < 0 || value > Character.MAX_CODE_POINT ? -1 : value * radix + digit;
        }
        if (!Character.isValidCodePoint(value)) {
            throw new JinjaException("line " + line + ": an escape that is no character");
        }
        return value;
    }
}
