// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** What takes characters off the ends of text, or adds them there. */
final class Trimming {
    private Trimming() {}

    static String strip(String text, Arguments arguments, boolean start, boolean end) {
        arguments.atMost(1, "strip");
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

    static String padding(String text, Arguments arguments) {
        return arguments.get(1, "fillchar", " ") instanceof String fill && fill.codePointCount(0, fill.length()) == 1
                ? fill.repeat(missing(text, arguments))
                : "";
    }

    private static int missing(String text, Arguments arguments) {
        int width = Numbers.toInt(arguments.get(0, "width", 80L), "width");
        if (width > Rendering.LENGTH) {
            throw new JinjaException("width: found " + width + ", expected at most " + Rendering.LENGTH);
        }
        return (int) Math.max(0, width - Values.length(text));
    }

    static String center(String text, Arguments arguments) {
        int missing = missing(text, arguments);
        int width = Numbers.toInt(arguments.get(0, "width", 80L), "width");
        int left = missing / 2 + (missing & width & 1);
        return " ".repeat(left) + text + " ".repeat(missing - left);
    }

    static String zeros(String text, Arguments arguments) {
        String zeros = "0".repeat(missing(text, arguments));
        boolean signed = text.startsWith("-") || text.startsWith("+");
        return signed ? text.charAt(0) + zeros + text.substring(1) : zeros + text;
    }
}
