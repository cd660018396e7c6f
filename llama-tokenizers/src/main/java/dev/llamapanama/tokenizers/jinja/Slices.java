// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's slices. */
final class Slices {
    private Slices() {}

    static Object slice(Object value, Object from, Object to, Object by) {
        List<?> items = switch (value) {
            case Undefined undefined -> throw undefined.failure();
            case String text -> PythonText.characters(text);
            case List<?> list -> list;
            default -> throw new JinjaException("'" + Values.typeName(value) + "' object can't be sliced");
        };
        List<Object> chosen = chosen(items, from, to, by);
        return switch (value) {
            case String _ -> {
                StringBuilder text = new StringBuilder();
                chosen.forEach(text::append);
                yield text.toString();
            }
            case Tuple _ -> new Tuple(chosen);
            default -> chosen;
        };
    }

    private static List<Object> chosen(List<?> items, Object from, Object to, Object by) {
        int size = items.size();
        long step = by == None.NONE ? 1 : Numbers.toInt(by, "slice step");
        if (step == 0) {
            throw new JinjaException("slice step cannot be zero");
        }
        long lowest = step > 0 ? 0 : -1;
        long highest = step > 0 ? size : size - 1;
        long start = from == None.NONE ? (step > 0 ? lowest : highest) : bound(from, size, lowest, highest);
        long end = to == None.NONE ? (step > 0 ? highest : lowest) : bound(to, size, lowest, highest);
        List<Object> chosen = new ArrayList<>();
        for (long i = start; step > 0 ? i < end : i > end; i += step) {
            chosen.add(items.get((int) i));
        }
        return chosen;
    }

    private static long bound(Object value, int size, long lowest, long highest) {
        long index = Numbers.toInt(value, "slice index");
        return Math.clamp(index < 0 ? index + size : index, lowest, highest);
    }
}
