// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What cuts text into parts. */
final class Splitting {
    private Splitting() {}

    static List<Object> split(String text, Arguments arguments) {
        Object separator = arguments.get(0, "sep", None.NONE);
        int most = most(arguments);
        return separator == None.NONE ? words(text, most) : split(text, separator(separator), most);
    }

    private static int most(Arguments arguments) {
        int most = Numbers.toInt(arguments.get(1, "maxsplit", -1L), "maxsplit");
        return most < 0 ? Integer.MAX_VALUE : most;
    }

    private static String separator(Object value) {
        String separator = Values.requireText(value, "sep");
        if (separator.isEmpty()) {
            throw new JinjaException("empty separator");
        }
        return separator;
    }

    private static List<Object> split(String text, String separator, int most) {
        List<Object> parts = new ArrayList<>();
        int start = 0;
        int end = text.indexOf(separator);
        while (end >= 0 && parts.size() < most) {
            checkSize(parts);
            parts.add(text.substring(start, end));
            start = end + separator.length();
            end = text.indexOf(separator, start);
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static void checkSize(List<Object> parts) {
        if (parts.size() == Rendering.ITEMS) {
            throw new JinjaException("a text cut into more than " + Rendering.ITEMS + " parts");
        }
    }

    private static List<Object> words(String text, int most) {
        List<Object> words = new ArrayList<>();
        int at = skipSpace(text, 0);
        while (at < text.length() && words.size() < most) {
            checkSize(words);
            int end = at;
            while (end < text.length() && !PythonText.isSpace(text.charAt(end))) {
                end++;
            }
            words.add(text.substring(at, end));
            at = skipSpace(text, end);
        }
        if (at < text.length()) {
            words.add(text.substring(at));
        }
        return words;
    }

    private static int skipSpace(String text, int from) {
        int at = from;
        while (at < text.length() && PythonText.isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    static List<Object> splitFromEnd(String text, Arguments arguments) {
        Object separator = arguments.get(0, "sep", None.NONE);
        int most = most(arguments);
        // Parts of the reversed text, reversed.
        String reversed = reverse(text);
        List<Object> parts = new ArrayList<>();
        for (Object part :
                separator == None.NONE ? words(reversed, most) : split(reversed, reverse(separator(separator)), most)) {
            parts.add(reverse((String) part));
        }
        Collections.reverse(parts);
        return parts;
    }

    static String reverse(String text) {
        return new StringBuilder(text).reverse().toString();
    }

    static List<Object> lines(String text, Arguments arguments) {
        boolean keep = Values.isTrue(arguments.get(0, "keepends", false));
        List<Object> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            checkSize(lines);
            int end = start;
            while (end < text.length()
                    && "\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029".indexOf(text.charAt(end)) < 0) {
                end++;
            }
            int next = Math.min(text.length(), end + (text.startsWith("\r\n", end) ? 2 : 1));
            lines.add(text.substring(start, keep ? next : end));
            start = next;
        }
        return lines;
    }

    static Tuple partition(String text, Arguments arguments, boolean last) {
        String separator = separator(arguments.get(0, "sep"));
        int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
        if (at < 0) {
            return last ? Tuple.of("", "", text) : Tuple.of(text, "", "");
        }
        return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
    }
}
