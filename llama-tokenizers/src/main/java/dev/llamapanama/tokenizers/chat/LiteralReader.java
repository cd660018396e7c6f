// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads values as models write them: JSON or Python, in any mixture. */
final class LiteralReader {
    private static final int DEPTH = 32;
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(\\d{1,300}(\\.\\d{0,300})?|\\.\\d{1,300})([eE][+-]?\\d{1,5})?");
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_.-]*");
    private static final Pattern SPACE = Pattern.compile("\\s*");

    private final String text;
    private int at;
    private int depth;

    LiteralReader(String text) {
        this.text = text;
    }

    /** What is no literal. Carries no stack: it is thrown for every answer that only looks like a call. */
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable() {
            super("no literal", null, false, false);
        }
    }

    boolean atEnd() {
        skipSpace();
        return at == text.length();
    }

    int position() {
        return at;
    }

    private void skipSpace() {
        match(SPACE);
    }

    private @Nullable String match(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return null;
        }
        at = matcher.end();
        return matcher.group();
    }

    boolean skip(String wanted) {
        skipSpace();
        boolean there = text.startsWith(wanted, at);
        at += there ? wanted.length() : 0;
        return there;
    }

    void expect(String wanted) {
        if (!skip(wanted)) {
            throw new Unreadable();
        }
    }

    String name() {
        skipSpace();
        return Optional.ofNullable(match(NAME)).orElseThrow(Unreadable::new);
    }

    @Nullable
    Object value() {
        skipSpace();
        if (at == text.length() || ++depth > DEPTH) {
            throw new Unreadable();
        }
        Object value = switch (text.charAt(at)) {
            case '"', '\'' -> string();
            case '{' -> object();
            case '[' -> list("[", "]");
            case '(' -> list("(", ")");
            default -> plain();
        };
        depth--;
        return value;
    }

    private @Nullable Object plain() {
        String number = match(NUMBER);
        return number == null ? constant(name()) : number(number);
    }

    private static Object number(String digits) {
        if (digits.contains(".") || digits.contains("e") || digits.contains("E")) {
            double number = Double.parseDouble(digits);
            if (Double.isInfinite(number)) {
                throw new Unreadable();
            }
            return number;
        }
        BigInteger whole = new BigInteger(digits);
        return whole.bitLength() < 32 ? (Object) whole.intValue() : whole.bitLength() < 64 ? whole.longValue() : whole;
    }

    private static @Nullable Object constant(String name) {
        return switch (name) {
            case "true", "True" -> true;
            case "false", "False" -> false;
            case "null", "None" -> null;
            default -> throw new Unreadable();
        };
    }

    private List<@Nullable Object> list(String begin, String end) {
        List<@Nullable Object> items = new ArrayList<>();
        expect(begin);
        while (!skip(end)) {
            items.add(value());
            if (!skip(",")) {
                expect(end);
                break;
            }
        }
        return items;
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        expect("{");
        while (!skip("}")) {
            if (!(value() instanceof String key)) {
                throw new Unreadable();
            }
            expect(":");
            object.put(key, value());
            if (!skip(",")) {
                expect("}");
                break;
            }
        }
        return object;
    }

    private String string() {
        char quote = text.charAt(at++);
        StringBuilder string = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length()) {
                escape(string);
            } else {
                string.append(c);
            }
        }
        if (at++ >= text.length()) {
            throw new Unreadable();
        }
        return string.toString();
    }

    private void escape(StringBuilder string) {
        char c = text.charAt(at++);
        int digits = c == 'u' ? 4 : c == 'x' ? 2 : 0;
        if (digits > 0 && at + digits <= text.length()) {
            try {
                string.append((char) Integer.parseUnsignedInt(text, at, at + digits, 16));
            } catch (NumberFormatException e) {
                throw new Unreadable();
            }
            at += digits;
            return;
        }
        int named = "nrtbf".indexOf(c);
        if (named < 0 && Character.isLetterOrDigit(c)) {
            string.append('\\');
        }
        string.append(named < 0 ? c : "\n\r\t\b\f".charAt(named));
    }
}
