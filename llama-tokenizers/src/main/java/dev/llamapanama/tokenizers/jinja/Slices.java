// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's slices. */
final class Slices {
    private Slices() {}

    static Object slice(Object value, Object from, Object to, Object by) {
        return switch (value) {
            case Undefined undefined -> throw undefined.failure();
            case Markup markup -> new Markup((String) slice(markup.text(), from, to, by));
            case String text -> slice(text, bounds((int) Values.length(text), from, to, by));
            case Tuple tuple -> new Tuple(slice(tuple, bounds(tuple.size(), from, to, by)));
            case Range range -> range.at(bounds((int) range.length(), from, to, by));
            case List<?> list -> slice(list, bounds(list.size(), from, to, by));
            default -> throw new JinjaException("'" + Values.typeName(value) + "' object can't be sliced");
        };
    }

    private static String slice(String text, Range range) {
        if (range.step() == 1) {
            int start = text.offsetByCodePoints(0, (int) Math.min(range.start(), range.end()));
            return text.substring(start, text.offsetByCodePoints(start, (int)
                    Math.max(0, range.end() - range.start())));
        }
        StringBuilder sliced = new StringBuilder();
        slice(PythonText.characters(text), range).forEach(sliced::append);
        return sliced.toString();
    }

    private static List<Object> slice(List<?> items, Range range) {
        List<Object> chosen = new ArrayList<>();
        for (long i = range.start(); range.step() > 0 ? i < range.end() : i > range.end(); i += range.step()) {
            chosen.add(items.get((int) i));
        }
        return chosen;
    }

    /** Places of a slice, within the length of what is sliced. */
    private static Range bounds(int size, Object from, Object to, Object by) {
        long step = by == None.NONE ? 1 : Numbers.toInt(by, "slice step");
        if (step == 0) {
            throw new JinjaException("slice step cannot be zero");
        }
        long lowest = step > 0 ? 0 : -1;
        long highest = step > 0 ? size : size - 1;
        long start = from == None.NONE ? (step > 0 ? lowest : highest) : bound(from, size, lowest, highest);
        long end = to == None.NONE ? (step > 0 ? highest : lowest) : bound(to, size, lowest, highest);
        return new Range(start, end, step);
    }

    private static long bound(Object value, int size, long lowest, long highest) {
        long index = Numbers.toInt(value, "slice index");
        return Math.clamp(index < 0 ? index + size : index, lowest, highest);
    }
}
