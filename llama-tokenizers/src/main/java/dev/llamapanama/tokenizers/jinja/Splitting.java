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
            parts.add(text.substring(start, end));
            start = end + separator.length();
            end = text.indexOf(separator, start);
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static List<Object> words(String text, int most) {
        List<Object> words = new ArrayList<>();
        String rest = PythonText.stripStart(text);
        while (!rest.isEmpty() && words.size() < most) {
            int end = 0;
            while (end < rest.length() && !PythonText.isSpace(rest.charAt(end))) {
                end++;
            }
            words.add(rest.substring(0, end));
            rest = PythonText.stripStart(rest.substring(end));
        }
        if (!rest.isEmpty()) {
            words.add(rest);
        }
        return words;
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
