// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.jinja.Python;
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
    private static final Pattern NUMBER = Pattern.compile(
            "[-+]?\\s{0,9}(0[xX][\\da-fA-F_]{0,300}[\\da-fA-F]|0[oO][0-7_]{0,300}[0-7]|0[bB][01_]{0,300}[01]"
                    + "|(\\d[\\d_]{0,300}(\\.[\\d_]{0,300})?|\\.\\d[\\d_]{0,300})([eE][+-]?\\d{1,5})?)");
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_.-]*");
    private static final Pattern SPACE = Pattern.compile("\\s*+");
    private static final Pattern COMMENT = Pattern.compile("#[^\n]*+|\\\\\n");

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

    private void skipSpace() {
        do {
            match(SPACE);
        } while (match(COMMENT) != null);
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
        String string = strings();
        Object value = string != null
                ? string
                : switch (text.charAt(at)) {
                    case '{' -> objectOrSet();
                    case '[' -> list();
                    case '(' -> tuple();
                    default -> plain();
                };
        depth--;
        return value;
    }

    private @Nullable Object plain() {
        String number = match(NUMBER);
        return number == null ? constant(name()) : number(number);
    }

    private static Object number(String stated) {
        String digits = stated.replaceAll("[_\\s]", "");
        boolean signed = digits.startsWith("-") || digits.startsWith("+");
        String unsigned = digits.substring(signed ? 1 : 0);
        if (!unsigned.matches("0[xX].*") && unsigned.matches(".*[.eE].*")) {
            double number = Double.parseDouble(digits);
            if (Double.isInfinite(number)) {
                throw new Unreadable();
            }
            return number;
        }
        BigInteger magnitude = Python.whole(unsigned);
        BigInteger whole = digits.startsWith("-") ? magnitude.negate() : magnitude;
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

    /** Takes items with commas between, and perhaps one behind the last, up to a bracket. */
    void items(String end, Runnable item) {
        while (!skip(end)) {
            item.run();
            if (!skip(",")) {
                expect(end);
                return;
            }
        }
    }

    private List<@Nullable Object> list() {
        List<@Nullable Object> items = new ArrayList<>();
        expect("[");
        items("]", () -> items.add(value()));
        return items;
    }

    /** Values in parentheses; one alone, without a comma, is that value. */
    private @Nullable Object tuple() {
        List<@Nullable Object> items = new ArrayList<>();
        expect("(");
        while (!skip(")")) {
            items.add(value());
            if (skip(")")) {
                return items.size() == 1 ? items.getFirst() : items;
            }
            expect(",");
        }
        return items;
    }

    /** A set of Python is a list. */
    private Object objectOrSet() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        List<@Nullable Object> set = new ArrayList<>();
        expect("{");
        items("}", () -> {
            Object item = value();
            if (set.isEmpty() && skip(":")) {
                object.put(key(item), value());
            } else if (object.isEmpty()) {
                set.add(item);
            } else {
                throw new Unreadable();
            }
        });
        return set.isEmpty() ? object : set;
    }

    /** As {@code json.dumps} writes keys. */
    private static String key(@Nullable Object key) {
        return switch (key) {
            case String text -> text;
            case List<?> _, Map<?, ?> _ -> throw new Unreadable();
            case null, default -> Python.json(key);
        };
    }

    /** Texts behind one another are one text, as in Python. */
    private @Nullable String strings() {
        StringBuilder strings = null;
        QuotedText next = QuotedText.at(text, at);
        while (next != null) {
            strings = strings == null ? new StringBuilder() : strings;
            strings.append(next.value());
            at = next.end();
            skipSpace();
            next = QuotedText.at(text, at);
        }
        return strings == null ? null : strings.toString();
    }
}
