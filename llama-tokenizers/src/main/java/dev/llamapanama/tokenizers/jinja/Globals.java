// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every template can name: functions of jinja2, and those that transformers adds. */
final class Globals {
    private static final int RANGE = 100_000;

    static final Map<String, Function> ALL = Map.of(
            "range", (rendering, arguments) -> range(arguments),
            "dict", (rendering, arguments) -> dict(arguments),
            "namespace", (rendering, arguments) -> namespace(arguments),
            "raise_exception",
                    (rendering, arguments) -> {
                        throw new JinjaException(Representation.text(arguments.get(0, "message")));
                    },
            "strftime_now", (rendering, arguments) -> Strftime.format(rendering.now(), arguments.text(0, "format")));

    private Globals() {}

    private static Object range(Arguments arguments) {
        int first = Numbers.toInt(arguments.get(0, "stop"), "range");
        long start = arguments.count() > 1 ? first : 0;
        long end = arguments.count() > 1 ? Numbers.toInt(arguments.get(1, "stop"), "range") : first;
        long step = arguments.count() > 2 ? Numbers.toInt(arguments.get(2, "step"), "range") : 1;
        if (step == 0) {
            throw new JinjaException("range() arg 3 must not be zero");
        }
        if ((end - start) / step > RANGE) {
            throw new JinjaException("Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).");
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = start; step > 0 ? i < end : i > end; i += step) {
            numbers.add(i);
        }
        return numbers;
    }

    private static Map<Object, Object> dict(Arguments arguments) {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (arguments.count() > 0) {
            Object given = arguments.get(0, "mapping");
            for (Object entry : given instanceof Map<?, ?> other ? MapMethods.items(other) : Values.items(given)) {
                List<Object> pair = Values.items(entry);
                if (pair.size() != 2) {
                    throw new JinjaException("dict(): found an entry of " + pair.size() + " items, expected 2");
                }
                map.put(pair.getFirst(), pair.getLast());
            }
        }
        map.putAll(arguments.named());
        return map;
    }

    private static Namespace namespace(Arguments arguments) {
        Namespace namespace = new Namespace();
        dict(arguments).forEach((name, value) -> namespace.set(Representation.text(name), value));
        return namespace;
    }
}
