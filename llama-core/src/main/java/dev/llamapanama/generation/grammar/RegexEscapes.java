// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.regex.PatternSyntaxException;

/** Reads what begins with a backslash in a regular expression. */
final class RegexEscapes {
    private final SourceReader source;
    private final RegexCharacters characters;

    RegexEscapes(SourceReader source, RegexCharacters characters) {
        this.source = source;
        this.characters = characters;
    }

    /** @param negated whether it stands in a class that is turned round */
    CodePoints read(boolean negated) {
        int start = source.offset();
        source.next();
        int c = source.next();
        if (characters.isName(c)) {
            return characters.named(c, negated);
        }
        if (c == 'p' || c == 'P') {
            return property(start);
        }
        return CodePoints.of(character(c, start));
    }

    private int character(int c, int start) {
        return switch (c) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 'f' -> '\f';
            case 'a' -> javaOnly(0x07, start);
            case 'e' -> javaOnly(0x1B, start);
            case 'x' -> hexadecimal(start);
            case 'u' -> unicode(start);
            default -> literal(c, start);
        };
    }

    private int javaOnly(int c, int start) {
        if (characters != RegexCharacters.JAVA) {
            throw source.refuse(start, "'" + source.since(start) + "', which not all languages have", "\\\\uHHHH");
        }
        return c;
    }

    private int literal(int c, int start) {
        boolean letter = c < 0x80 && Character.isLetterOrDigit(c);
        if (c == SourceReader.END || letter) {
            throw source.refuse(
                    start, c == SourceReader.END ? "'\\' at the end" : named(c), "an escape of one character");
        }
        return checked(c, start);
    }

    private static String named(int c) {
        String escape = "'\\" + Character.toString(c) + "'";
        return switch (c) {
            case 'b', 'B', 'A', 'Z', 'z', 'G' -> escape + ", a boundary, which is not supported";
            case '1', '2', '3', '4', '5', '6', '7', '8', '9', 'k' ->
                escape + ", a back reference, which is not supported";
            default -> escape + ", which is not supported";
        };
    }

    private int hexadecimal(int start) {
        if (!source.take("{")) {
            return source.hex(2);
        }
        int value = 0;
        while (!source.take("}")) {
            value = value * 16 + source.hex(1);
            if (value > Character.MAX_CODE_POINT) {
                throw source.refuse(start, "'" + source.since(start) + "'", "a character of Unicode");
            }
        }
        return checked(value, start);
    }

    /** Two escapes may be a surrogate pair. */
    private int unicode(int start) {
        int unit = source.hex(4);
        if (Character.isHighSurrogate((char) unit) && source.take("\\u")) {
            int low = source.hex(4);
            if (Character.isLowSurrogate((char) low)) {
                return Character.toCodePoint((char) unit, (char) low);
            }
        }
        return checked(unit, start);
    }

    private int checked(int c, int start) {
        if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            throw source.refuse(start, "half of a surrogate pair", "characters");
        }
        return c;
    }

    private CodePoints property(int start) {
        if (source.take("{")) {
            while (source.peek() != '}' && source.peek() != SourceReader.END) {
                source.next();
            }
            source.expect("}");
        } else {
            source.next();
        }
        String escape = source.since(start);
        try {
            return RegexCharacters.property(escape);
        } catch (PatternSyntaxException e) {
            throw source.refuse(start, "'" + escape + "'", "a property that Java knows");
        }
    }
}
