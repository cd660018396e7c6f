// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Python's view of text: code points, its own white space, its title case. */
final class PythonText {
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

    private static String large(int c) {
        String upper = upper(Character.toString(c));
        if (Character.toTitleCase(c) == c && upper.codePointCount(0, upper.length()) > 1) {
            int first = upper.codePointAt(0);
            return Character.toString(first) + lower(upper.substring(Character.charCount(first)));
        }
        return Character.toString(Character.toTitleCase(c));
    }
}
