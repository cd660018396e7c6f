// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.chat.LiteralReader.Unreadable;
import dev.llamapanama.tokenizers.jinja.JinjaException;
import dev.llamapanama.tokenizers.jinja.Python;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text in quotes as JSON or Python write it: with one quote or three, raw or with escapes.
 *
 * @param value without quotes and escapes
 * @param end where what is behind the closing quote begins
 */
record QuotedText(String value, int end) {
    private static final Pattern OPENING = Pattern.compile("([rRuUfF]|[rR][fF]|[fF][rR])?(\"\"\"|'''|\"|')");

    /** The text in quotes at a place, or null where none begins there. */
    static @Nullable QuotedText at(String text, int at) {
        Matcher opening = OPENING.matcher(text).region(at, text.length());
        if (!opening.lookingAt()) {
            return null;
        }
        String prefix = opening.group(1) == null ? "" : opening.group(1).toLowerCase(Locale.ROOT);
        QuotedText read = read(text, opening.end(), opening.group(2), prefix.contains("r"));
        boolean hasExpressions = read.value.indexOf('{') >= 0 || read.value.indexOf('}') >= 0;
        if (prefix.contains("f") && hasExpressions) {
            throw new Unreadable();
        }
        return read;
    }

    private static QuotedText read(String text, int begin, String quote, boolean raw) {
        StringBuilder inside = new StringBuilder();
        int at = begin;
        while (!text.startsWith(quote, at)) {
            if (at + 1 >= text.length()) {
                throw new Unreadable();
            }
            char c = text.charAt(at++);
            if (c == '\\') {
                char escaped = text.charAt(at++);
                // JSON's, which Python doesn't know.
                inside.append(escaped == '/' && !raw ? "" : "\\").append(escaped);
            } else {
                inside.append(c);
            }
        }
        try {
            String value = raw ? inside.toString() : Python.unescape(inside.toString());
            return new QuotedText(value, at + quote.length());
        } catch (JinjaException e) {
            throw new Unreadable();
        }
    }
}
