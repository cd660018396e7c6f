// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** What looks for text in text. */
final class Searching {
    private Searching() {}

    /** A part of a text, and how many characters stand before it. */
    private record Part(String text, long skipped) {
        /** The part between the second and third argument, or null where the first of them lies behind the other. */
        static @Nullable Part of(String text, Arguments arguments) {
            if (arguments.count() < 2) {
                return new Part(text, 0);
            }
            long length = Values.length(text);
            long start = place(arguments.get(1, "start"), 0, length);
            long end = Math.min(length, place(arguments.get(2, "end", None.NONE), length, length));
            if (start > end) {
                return null;
            }
            int from = text.offsetByCodePoints(0, (int) start);
            return new Part(text.substring(from, text.offsetByCodePoints(from, (int) (end - start))), start);
        }

        private static long place(Object value, long otherwise, long length) {
            long place = value == None.NONE ? otherwise : Numbers.toInt(value, "slice index");
            return place < 0 ? Math.max(0, place + length) : place;
        }
    }

    static boolean startsWith(String text, Arguments arguments) {
        return beginsOrEnds(text, arguments, String::startsWith);
    }

    static boolean endsWith(String text, Arguments arguments) {
        return beginsOrEnds(text, arguments, String::endsWith);
    }

    private static boolean beginsOrEnds(String text, Arguments arguments, BiPredicate<String, String> test) {
        Part part = Part.of(text, arguments);
        Object wanted = arguments.positional().getFirst();
        List<?> candidates = wanted instanceof Tuple several ? several : List.of(wanted);
        return candidates.stream()
                .map(each -> Values.requireText(each, "what a text begins or ends with"))
                .anyMatch(each -> part != null && test.test(part.text(), each));
    }

    static long find(String text, Arguments arguments, boolean last) {
        String wanted = arguments.text(0, "sub");
        Part part = Part.of(text, arguments);
        int at = part == null
                ? -1
                : last ? part.text().lastIndexOf(wanted) : part.text().indexOf(wanted);
        return part == null || at < 0 ? -1 : part.skipped() + part.text().codePointCount(0, at);
    }

    static long index(String text, Arguments arguments, boolean last) {
        long found = find(text, arguments, last);
        if (found < 0) {
            throw new JinjaException("substring not found");
        }
        return found;
    }

    static Object count(String text, Arguments arguments) {
        String wanted = arguments.text(0, "sub");
        Part part = Part.of(text, arguments);
        if (part == null) {
            return 0L;
        }
        if (wanted.isEmpty()) {
            return Values.length(part.text()) + 1;
        }
        return occurrences(part.text(), wanted);
    }

    /** How often text occurs, which isn't empty; what overlaps counts once. */
    static long occurrences(String text, String wanted) {
        long count = 0;
        for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length())) {
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
        String between = "";
        for (Object item : Values.items(arguments.get(0, "iterable"))) {
            joined.append(between).append(Values.requireText(item, "sequence item"));
            between = separator;
            Rendering.checkLength(joined.length());
        }
        return joined.toString();
    }
}
