// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Python's view of text: code points, its own white space, its title case. */
final class PythonText {
    /** Raised, lowered, circled, and dotted digits. */
    private static final Set<Integer> OTHER_DIGITS = "²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉①②③④⑤⑥⑦⑧⑨⓪⑴⑵⑶⑷⑸⑹⑺⑻⑼⒈⒉⒊⒋⒌⒍⒎⒏⒐❶❷❸❹❺❻❼❽❾"
            .codePoints()
            .boxed()
            .collect(Collectors.toUnmodifiableSet());

    private PythonText() {}

    /** White space, of which there is more than in Java: no-break spaces, U+0085, U+001C to U+001F. */
    static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    /** Whether there is text and all of it white space. */
    static boolean isSpace(String text) {
        return !text.isEmpty() && text.chars().allMatch(PythonText::isSpace);
    }

    static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }

    static String stripEnd(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    static String stripStart(String text) {
        int start = 0;
        while (start < text.length() && isSpace(text.charAt(start))) {
            start++;
        }
        return text.substring(start);
    }

    static String strip(String text) {
        return stripStart(stripEnd(text));
    }

    static List<Object> characters(String text) {
        if (text.length() > Rendering.ITEMS) {
            throw new JinjaException("a text of more than " + Rendering.ITEMS + " characters as a list");
        }
        List<Object> characters = new ArrayList<>(text.length());
        text.codePoints().forEach(c -> characters.add(Character.toString(c)));
        return characters;
    }

    static int compare(String left, String right) {
        int[] a = left.codePoints().toArray();
        int[] b = right.codePoints().toArray();
        return java.util.Arrays.compare(a, b);
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Every letter after none large, every other small. */
    static String title(String text) {
        StringBuilder titled = new StringBuilder();
        boolean inside = false;
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            int c = text.codePointAt(i);
            titled.append(inside ? lower(Character.toString(c)) : large(c));
            inside = Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
        }
        return titled.toString();
    }

    /** The first letter large, every other small. */
    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.codePointAt(0);
        return large(first) + lower(text.substring(Character.charCount(first)));
    }

    static String swapCase(String text) {
        StringBuilder swapped = new StringBuilder();
        text.codePoints().forEach(c -> {
            String character = Character.toString(c);
            swapped.append(Character.isUpperCase(c) ? lower(character) : upper(character));
        });
        return swapped.toString();
    }

    /** Whether there are letters that have a case and all of them are large. */
    static boolean isUpper(String text) {
        return text.codePoints().anyMatch(Character::isUpperCase)
                && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
    }

    /** Whether there are letters that have a case and all of them are small. */
    static boolean isLower(String text) {
        return text.codePoints().anyMatch(Character::isLowerCase)
                && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
    }

    /** Whether each run of letters that have a case begins with a large one and goes on with small ones. */
    static boolean isTitle(String text) {
        boolean inside = false;
        boolean any = false;
        for (int c : text.codePoints().toArray()) {
            boolean large = Character.isUpperCase(c) || Character.isTitleCase(c);
            boolean small = Character.isLowerCase(c);
            if (large == inside && (large || small)) {
                return false;
            }
            inside = large || small;
            any |= inside;
        }
        return any;
    }

    /** Whether a character is a digit of any kind, such as a small raised one. */
    static boolean isDigit(int c) {
        return Character.isDigit(c) || (Character.getType(c) == Character.OTHER_NUMBER && OTHER_DIGITS.contains(c));
    }

    /** Whether a character stands for a number. */
    static boolean isNumeric(int c) {
        return switch (Character.getType(c)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
            default -> false;
        };
    }

    private static String large(int c) {
        String upper = upper(Character.toString(c));
        if (Character.toTitleCase(c) == c && upper.codePointCount(0, upper.length()) > 1) {
            int first = upper.codePointAt(0);
            String rest = upper.substring(Character.charCount(first));
            // Of a letter that is several ones, those behind the first become small, unless the first is no letter.
            return Character.getType(first) == Character.UPPERCASE_LETTER
                    ? Character.toString(first) + lower(rest)
                    : upper;
        }
        return Character.toString(Character.toTitleCase(c));
    }
}
