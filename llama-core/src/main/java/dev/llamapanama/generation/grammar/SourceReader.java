// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

/** Reads a text character by character and knows where it stands. */
final class SourceReader {
    static final int END = -1;

    private final String name;
    private final String text;
    private int at;

    /** @param name what to call the text in messages */
    SourceReader(String name, String text) {
        this.name = name;
        this.text = text;
    }

    /** The next character, which stays the next; {@link #END} after the last. */
    int peek() {
        return at < text.length() ? text.codePointAt(at) : END;
    }

    int next() {
        int c = peek();
        at += c == END ? 0 : Character.charCount(c);
        return c;
    }

    boolean isNext(String expected) {
        return text.startsWith(expected, at);
    }

    /** Reads a text if it comes next. */
    boolean take(String expected) {
        boolean there = isNext(expected);
        at += there ? expected.length() : 0;
        return there;
    }

    void expect(String expected) {
        if (!take(expected)) {
            throw refuse("'" + expected + "'");
        }
    }

    int offset() {
        return at;
    }

    /** Goes back or forth. */
    void moveTo(int offset) {
        at = offset;
    }

    String since(int offset) {
        return text.substring(offset, at);
    }

    /** A number of exactly so many hexadecimal digits. */
    int hex(int digits) {
        int start = at;
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0 || peek() >= 0x80 || value > Character.MAX_CODE_POINT >> 4) {
                at = start;
                throw refuse(digits + " hexadecimal digits of a character");
            }
            value = value * 16 + digit;
            next();
        }
        return value;
    }

    boolean isDigitNext() {
        return peek() >= '0' && peek() <= '9';
    }

    /** A decimal number. */
    int number(int max) {
        int start = at;
        long value = 0;
        while (isDigitNext() && value <= max) {
            value = value * 10 + next() - '0';
        }
        if (start == at || value > max) {
            at = start;
            throw refuse("a number up to " + max);
        }
        return (int) value;
    }

    /** Line and column of the next character. */
    String position() {
        return position(at);
    }

    private String position(int offset) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < offset; i += Character.charCount(text.codePointAt(i))) {
            boolean ends = text.charAt(i) == '\n';
            line += ends ? 1 : 0;
            column = ends ? 1 : column + 1;
        }
        return name + ", line " + line + ", column " + column;
    }

    /** The next character isn't what it should be. */
    GrammarException refuse(String expected) {
        int c = peek();
        return refuse(at, c == END ? "the end" : "'" + Character.toString(c) + "'", expected);
    }

    GrammarException refuse(int offset, String found, String expected) {
        return new GrammarException(position(offset), found, expected);
    }
}
