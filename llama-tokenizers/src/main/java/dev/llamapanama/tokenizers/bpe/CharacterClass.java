// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

/**
 * What split patterns tell characters apart by: the classes of Unicode that they name, as bits. {@code \s} is
 * {@code White_Space} (Unicode 16, PropList.txt).
 */
final class CharacterClass {
    /** Lu and Lt. */
    static final int UPPER = 1;
    /** Ll. */
    static final int LOWER = 2;
    /** Lm and Lo, letters without case. */
    static final int CASELESS = 4;
    /** M. */
    static final int MARK = 8;
    /** N. */
    static final int NUMBER = 16;
    /** White space but for {@link #NEWLINE}. */
    static final int SPACE = 32;
    /** {@code \r} and {@code \n}. */
    static final int NEWLINE = 64;

    static final int LETTER = UPPER | LOWER | CASELESS;
    static final int WHITE = SPACE | NEWLINE;

    private static final int OTHER = 0;
    private static final byte[] BASIC = basic();

    private CharacterClass() {}

    private static byte[] basic() {
        byte[] classes = new byte[Character.MAX_VALUE + 1];
        for (int c = 0; c < classes.length; c++) {
            classes[c] = (byte) classify(c);
        }
        return classes;
    }

    private static int classify(int codePoint) {
        if (codePoint == '\r' || codePoint == '\n') {
            return NEWLINE;
        }
        return switch (Character.getType(codePoint)) {
            case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> UPPER;
            case Character.LOWERCASE_LETTER -> LOWER;
            case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> CASELESS;
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> MARK;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> SPACE;
            default -> (codePoint >= '\t' && codePoint <= '\f') || codePoint == 0x85 ? SPACE : OTHER;
        };
    }

    /** The class of a character that takes one {@code char}. */
    static int of(char c) {
        return BASIC[c];
    }

    /** The class of the character at a place, which isn't within a surrogate pair. */
    static int at(char[] text, int at) {
        char c = text[at];
        return Character.isHighSurrogate(c) ? classify(Character.toCodePoint(c, text[at + 1])) : BASIC[c];
    }

    /** Whether a character is a mark. */
    static boolean isMark(int codePoint) {
        return classify(codePoint) == MARK;
    }

    /** Where the character at a place ends. */
    static int after(char[] text, int at) {
        return Character.isHighSurrogate(text[at]) ? at + 2 : at + 1;
    }

    /** Where a run of characters of some classes, which may be empty, ends. */
    static int run(char[] text, int from, int to, int classes) {
        int at = from;
        while (at < to && (at(text, at) & classes) != 0) {
            at = after(text, at);
        }
        return at;
    }

    /** Where a run of characters of none of some classes ends. */
    static int runWithout(char[] text, int from, int to, int classes) {
        int at = from;
        while (at < to && (at(text, at) & classes) == 0) {
            at = after(text, at);
        }
        return at;
    }
}
