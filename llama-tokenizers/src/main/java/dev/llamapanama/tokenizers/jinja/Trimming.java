// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** What takes characters off the ends of text, or adds them there. */
final class Trimming {
    private Trimming() {}

    static String strip(String text, Arguments arguments, boolean start, boolean end) {
        Object characters = arguments.get(0, "chars", None.NONE);
        if (characters == None.NONE) {
            String kept = end ? PythonText.stripEnd(text) : text;
            return start ? PythonText.stripStart(kept) : kept;
        }
        return strip(text, Values.requireText(characters, "chars"), start, end);
    }

    private static String strip(String text, String characters, boolean start, boolean end) {
        int from = 0;
        int to = text.length();
        while (start && from < to && characters.indexOf(text.codePointAt(from)) >= 0) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (end && from < to && characters.indexOf(text.codePointBefore(to)) >= 0) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    static String justifyLeft(String text, Arguments arguments) {
        return text + fill(arguments).repeat(missing(text, arguments));
    }

    static String justifyRight(String text, Arguments arguments) {
        return fill(arguments).repeat(missing(text, arguments)) + text;
    }

    static String center(String text, Arguments arguments) {
        int missing = missing(text, arguments);
        int left = missing / 2 + (missing & width(arguments) & 1);
        return fill(arguments).repeat(left) + text + fill(arguments).repeat(missing - left);
    }

    private static String fill(Arguments arguments) {
        String fill = Values.requireText(arguments.get(1, "fillchar", " "), "fillchar");
        if (Values.length(fill) != 1) {
            throw new JinjaException("The fill character must be exactly one character long");
        }
        return fill;
    }

    private static int width(Arguments arguments) {
        return Numbers.toInt(arguments.get(0, "width", 80L), "width");
    }

    private static int missing(String text, Arguments arguments) {
        int missing = (int) Math.max(0, width(arguments) - Values.length(text));
        Rendering.checkLength(missing);
        return missing;
    }

    static String zeros(String text, Arguments arguments) {
        String zeros = "0".repeat(missing(text, arguments));
        boolean signed = text.startsWith("-") || text.startsWith("+");
        return signed ? text.charAt(0) + zeros + text.substring(1) : zeros + text;
    }

    static String expandTabs(String text, Arguments arguments) {
        int size = Numbers.toInt(arguments.get(0, "tabsize", 8L), "tabsize");
        StringBuilder expanded = new StringBuilder();
        int column = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\t') {
                int spaces = size <= 0 ? 0 : size - column % size;
                Rendering.checkLength((long) expanded.length() + spaces);
                expanded.append(" ".repeat(spaces));
                column += spaces;
            } else {
                expanded.append(c);
                column = c == '\n' || c == '\r' ? 0 : column + (Character.isLowSurrogate(c) ? 0 : 1);
            }
        }
        return expanded.toString();
    }
}
