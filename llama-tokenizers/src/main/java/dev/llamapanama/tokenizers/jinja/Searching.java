// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.List;

/** What looks for text in text. */
final class Searching {
    private Searching() {}

    static boolean startsWith(String text, Arguments arguments) {
        String part = part(text, arguments);
        return candidates(arguments).stream()
                .anyMatch(each -> part.startsWith(Values.requireText(each, "startswith first arg")));
    }

    static boolean endsWith(String text, Arguments arguments) {
        String part = part(text, arguments);
        return candidates(arguments).stream()
                .anyMatch(each -> part.endsWith(Values.requireText(each, "endswith first arg")));
    }

    private static List<?> candidates(Arguments arguments) {
        Object wanted = arguments.get(0, "prefix");
        return wanted instanceof Tuple several ? several : List.of(wanted);
    }

    private static String part(String text, Arguments arguments) {
        return arguments.count() < 2
                ? text
                : Representation.text(
                        Slices.slice(text, arguments.get(1, "start"), arguments.get(2, "end", None.NONE), None.NONE));
    }

    static Object find(String text, Arguments arguments, boolean last, boolean required) {
        String wanted = arguments.text(0, "sub");
        String part = part(text, arguments);
        int at = last ? part.lastIndexOf(wanted) : part.indexOf(wanted);
        if (at < 0) {
            if (required) {
                throw new JinjaException("substring not found");
            }
            return -1L;
        }
        long skipped = arguments.count() < 2 ? 0 : skipped(text, arguments);
        return skipped + part.codePointCount(0, at);
    }

    private static long skipped(String text, Arguments arguments) {
        long start = Numbers.toInt(arguments.get(1, "start"), "start");
        return start < 0 ? Math.max(0, start + Values.length(text)) : start;
    }

    static Object count(String text, Arguments arguments) {
        String wanted = arguments.text(0, "sub");
        String part = part(text, arguments);
        if (wanted.isEmpty()) {
            return Values.length(part) + 1;
        }
        long count = 0;
        for (int at = part.indexOf(wanted); at >= 0; at = part.indexOf(wanted, at + wanted.length())) {
            count++;
        }
        return count;
    }

    /** @param most how many at the most; all where negative */
    static String replace(String text, String old, String replacement, int most) {
        int limit = most < 0 ? Integer.MAX_VALUE : most;
        StringBuilder replaced = new StringBuilder();
        int at = 0;
        for (int i = 0; i < limit; i++) {
            int next = text.indexOf(old, old.isEmpty() && i > 0 ? at + 1 : at);
            if (next < 0 || (old.isEmpty() && i > text.length())) {
                break;
            }
            replaced.append(text, at, next).append(replacement);
            at = next + old.length();
            Rendering.checkLength(replaced.length());
        }
        return replaced.append(text, at, text.length()).toString();
    }

    static String join(String separator, Arguments arguments) {
        StringBuilder joined = new StringBuilder();
        for (Object item : Values.items(arguments.get(0, "iterable"))) {
            joined.append(joined.isEmpty() ? "" : separator).append(Values.requireText(item, "sequence item"));
            Rendering.checkLength(joined.length());
        }
        return joined.toString();
    }
}
