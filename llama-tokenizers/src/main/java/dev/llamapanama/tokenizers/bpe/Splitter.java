// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import static dev.llamapanama.tokenizers.bpe.CharacterClass.LETTER;
import static dev.llamapanama.tokenizers.bpe.CharacterClass.NEWLINE;
import static dev.llamapanama.tokenizers.bpe.CharacterClass.NUMBER;
import static dev.llamapanama.tokenizers.bpe.CharacterClass.WHITE;

/**
 * A split pattern as a program: what the regular expression of a {@link PreTokenizer} matches, its alternatives in their
 * order, each in time proportional to what it matches. A regular expression engine takes ten times as long.
 */
abstract sealed class Splitter permits Llama3Splitter, Llama4Splitter {
    private static final int MOST_DIGITS = 3;

    /** No alternative matches. */
    static final int NONE = -1;

    /** Where the part that begins at {@code at} ends; at least one character later. */
    final int end(char[] text, int at, int to) {
        int word = word(text, at, to);
        if (word != NONE) {
            return word;
        }
        int type = CharacterClass.at(text, at);
        if ((type & NUMBER) != 0) {
            return digits(text, at, to);
        }
        int symbols = symbols(text, at, to);
        return symbols == NONE ? spaces(text, at, to) : symbols;
    }

    /** The alternatives for words, in which the patterns differ. */
    abstract int word(char[] text, int at, int to);

    /** Whether a character goes with the line breaks after symbols. */
    abstract boolean isTrailing(char c);

    /** {@code \p{N}{1,3}}. */
    private static int digits(char[] text, int at, int to) {
        int end = at;
        for (int i = 0; i < MOST_DIGITS && end < to && (CharacterClass.at(text, end) & NUMBER) != 0; i++) {
            end = CharacterClass.after(text, end);
        }
        return end;
    }

    /** <code> ?[^\s\p{L}\p{N}]+[\r\n]*</code>. */
    private int symbols(char[] text, int at, int to) {
        int start = text[at] == ' ' ? at + 1 : at;
        int end = CharacterClass.runWithout(text, start, to, WHITE | LETTER | NUMBER);
        if (end == start) {
            return NONE;
        }
        while (end < to && isTrailing(text[end])) {
            end++;
        }
        return end;
    }

    /** {@code \s*[\r\n]+|\s+(?!\S)|\s+} where white space begins: to its last line break, or all but its last. */
    private static int spaces(char[] text, int at, int to) {
        int end = at;
        int lines = NONE;
        while (end < to && (CharacterClass.at(text, end) & WHITE) != 0) {
            if ((CharacterClass.at(text, end) & NEWLINE) != 0) {
                lines = end + 1;
            }
            end++;
        }
        if (lines != NONE) {
            return lines;
        }
        return end == to || end == at + 1 ? end : end - 1;
    }

    /** {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)} at a place, or {@link #NONE}. */
    static int contraction(char[] text, int at, int to) {
        if (at + 1 >= to || text[at] != '\'') {
            return NONE;
        }
        char first = folded(text[at + 1]);
        if (first == 's' || first == 't' || first == 'm' || first == 'd') {
            return at + 2;
        }
        if (at + 2 >= to) {
            return NONE;
        }
        char second = folded(text[at + 2]);
        boolean two = ((first == 'r' || first == 'v') && second == 'e') || (first == 'l' && second == 'l');
        return two ? at + 3 : NONE;
    }

    /** Of the letters of contractions, only s has another with the same upper case: U+017F. */
    private static char folded(char c) {
        return Character.toLowerCase(Character.toUpperCase(c));
    }
}
