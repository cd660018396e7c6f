// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.chat.LiteralReader.Unreadable;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text in quotes as JSON or Python write it: with one quote or three, raw, and with the escapes of both. As in Python, a
 * backslash before anything else stays; {@code \/} is JSON's.
 */
final class QuotedText {
    private static final Pattern OPENING = Pattern.compile("([rRuUfF]|[rR][fF]|[fF][rR])?(\"\"\"|'''|\"|')");
    private static final String NAMED = "nrtbfav\\'\"/";
    private static final String MEANT = "\n\r\t\b\f\u0007\u000b\\'\"/";

    private final String text;
    private final boolean raw;
    private final String quote;
    private final StringBuilder value = new StringBuilder();
    private int at;

    private QuotedText(String text, Matcher opening) {
        this.text = text;
        String prefix = opening.group(1) == null ? "" : opening.group(1).toLowerCase(Locale.ROOT);
        raw = prefix.contains("r");
        quote = opening.group(2);
        at = opening.end();
        read();
        if (prefix.contains("f") && (value.indexOf("{") >= 0 || value.indexOf("}") >= 0)) {
            throw new Unreadable();
        }
    }

    /** The text in quotes at a place, or null where none begins there. */
    static @Nullable QuotedText at(String text, int at) {
        Matcher opening = OPENING.matcher(text).region(at, text.length());
        return opening.lookingAt() ? new QuotedText(text, opening) : null;
    }

    String value() {
        return value.toString();
    }

    /** Where what is behind the closing quote begins. */
    int end() {
        return at;
    }

    private void read() {
        while (!text.startsWith(quote, at)) {
            char c = next();
            if (c != '\\') {
                value.append(c);
            } else if (raw) {
                value.append(c).append(next());
            } else {
                escape();
            }
        }
        at += quote.length();
    }

    private char next() {
        if (at >= text.length()) {
            throw new Unreadable();
        }
        return text.charAt(at++);
    }

    private void escape() {
        char c = next();
        int named = NAMED.indexOf(c);
        if (named >= 0) {
            value.append(MEANT.charAt(named));
            return;
        }
        switch (c) {
            case '\n' -> {}
            case 'x' -> value.append((char) number(2, 16));
            case 'u' -> value.append((char) number(4, 16));
            case 'U' -> appendCharacter(number(8, 16));
            case 'N' -> appendCharacter(named());
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                at--;
                value.append((char) number(octalDigits(), 8));
            }
            default -> value.append('\\').append(c);
        }
    }

    private int octalDigits() {
        int digits = 1;
        while (digits < 3 && at + digits < text.length() && "01234567".indexOf(text.charAt(at + digits)) >= 0) {
            digits++;
        }
        return digits;
    }

    private int number(int digits, int radix) {
        try {
            int number = Integer.parseUnsignedInt(text, at, Math.min(at + digits, text.length()), radix);
            at += digits;
            return number;
        } catch (NumberFormatException e) {
            throw new Unreadable();
        }
    }

    /** A character by its name in Unicode, in braces. */
    private int named() {
        int end = text.indexOf('}', at);
        if (next() != '{' || end < 0) {
            throw new Unreadable();
        }
        String name = text.substring(at, end);
        at = end + 1;
        try {
            return Character.codePointOf(name);
        } catch (IllegalArgumentException e) {
            throw new Unreadable();
        }
    }

    private void appendCharacter(int codePoint) {
        if (!Character.isValidCodePoint(codePoint)) {
            throw new Unreadable();
        }
        value.appendCodePoint(codePoint);
    }
}
