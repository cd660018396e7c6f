// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** Backslashes in strings of Python, which those of templates are. */
final class Escapes {
    private static final String LETTERS = "abfnrtv\\'\"";
    private static final String MEANINGS = "\u0007\b\f\n\r\t\u000b\\'\"";

    private Escapes() {}

    /** @throws JinjaException where one is no character */
    static String resolve(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder resolved = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\') {
                at = escape(text, at, resolved);
            } else {
                resolved.append(c);
            }
        }
        return resolved.toString();
    }

    private static int escape(String text, int at, StringBuilder resolved) {
        char letter = text.charAt(at);
        int simple = LETTERS.indexOf(letter);
        if (simple >= 0) {
            resolved.append(MEANINGS.charAt(simple));
            return at + 1;
        }
        int digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
        if (digits > 0) {
            resolved.appendCodePoint(codePoint(text, at + 1, digits, 16));
            return at + 1 + digits;
        }
        if (letter == 'N') {
            int end = text.indexOf('}', at);
            resolved.appendCodePoint(named(end < 0 ? "" : text.substring(at + 1, end)));
            return end + 1;
        }
        if (letter >= '0' && letter <= '7') {
            int end = at;
            while (end < text.length() && end < at + 3 && text.charAt(end) >= '0' && text.charAt(end) <= '7') {
                end++;
            }
            resolved.appendCodePoint(codePoint(text, at, end - at, 8));
            return end;
        }
        if (letter != '\n') {
            resolved.append('\\').append(letter);
        }
        return at + 1;
    }

    /** @param name the character's in Unicode, behind a brace */
    private static int named(String name) {
        try {
            if (name.startsWith("{")) {
                return Character.codePointOf(name.substring(1));
            }
        } catch (IllegalArgumentException e) {
            // As if it had no name at all.
        }
        throw noCharacter();
    }

    private static int codePoint(String text, int at, int digits, int radix) {
        int value = at + digits <= text.length() ? 0 : -1;
        for (int i = at; value >= 0 && i < at + digits; i++) {
            int digit = Character.digit(text.charAt(i), radix);
            value = digit < 0 || value > Character.MAX_CODE_POINT ? -1 : value * radix + digit;
        }
        if (!Character.isValidCodePoint(value)) {
            throw noCharacter();
        }
        return value;
    }

    private static JinjaException noCharacter() {
        return new JinjaException("an escape that is no character");
    }
}
