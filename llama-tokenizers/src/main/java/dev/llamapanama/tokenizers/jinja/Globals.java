// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every template can name: functions of jinja2, and those that transformers adds. */
final class Globals {
    private static final int RANGE = 100_000;
    static final Map<String, Function> ALL = new HashMap<>();

    static {
        ALL.put("range", checked("range", "start stop? step?", false, Globals::range));
        ALL.put("dict", Globals::dict);
        ALL.put("namespace", Globals::namespace);
        ALL.put("cycler", (rendering, arguments) -> new Cycler(arguments.positional()));
        ALL.put("joiner", checked("joiner", "sep?", true, Globals::joiner));
        ALL.put("lipsum", (rendering, arguments) -> {
            throw new JinjaException("found lipsum, expected a template that gives the same text each time");
        });
        ALL.put("raise_exception", checked("raise_exception", "message", true, (rendering, arguments) -> {
            throw new JinjaException(Representation.text(arguments.get(0, "message")));
        }));
        ALL.put(
                "strftime_now",
                checked(
                        "strftime_now",
                        "format",
                        true,
                        (rendering, arguments) -> Strftime.format(rendering.now(), arguments.text(0, "format"))));
    }

    private static Function checked(String name, String parameters, boolean byName, Function function) {
        Parameters taken = Parameters.of(name, parameters, byName);
        return (rendering, arguments) -> function.call(rendering, taken.check(arguments));
    }

    private Globals() {}

    private static Object range(Rendering rendering, Arguments arguments) {
        int first = Numbers.toInt(arguments.get(0, "stop"), "range");
        long start = arguments.count() > 1 ? first : 0;
        long end = arguments.count() > 1 ? Numbers.toInt(arguments.get(1, "stop"), "range") : first;
        long step = arguments.count() > 2 ? Numbers.toInt(arguments.get(2, "step"), "range") : 1;
        if (step == 0) {
            throw new JinjaException("range() arg 3 must not be zero");
        }
        Range range = new Range(start, end, step);
        if (range.length() > RANGE) {
            throw new JinjaException("Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).");
        }
        return range;
    }

    private static Map<Object, Object> dict(Rendering rendering, Arguments arguments) {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (arguments.count() > 1) {
            throw new JinjaException("dict expected at most 1 argument, got " + arguments.count());
        }
        if (arguments.count() > 0) {
            Object given = arguments.get(0, "mapping");
            for (Object entry : given instanceof Map<?, ?> other ? MapMethods.items(other) : Values.items(given)) {
                List<Object> pair = Values.items(entry);
                if (pair.size() != 2) {
                    throw new JinjaException("dict(): found an entry of " + pair.size() + " items, expected 2");
                }
                MapKeys.put(map, pair.getFirst(), pair.getLast());
            }
        }
        map.putAll(arguments.named());
        return map;
    }

    /** Gives nothing at first and then the separator. */
    private static Object joiner(Rendering rendering, Arguments arguments) {
        Object separator = arguments.get(0, "sep", ", ");
        boolean[] used = {false};
        return (Function) (later, none) -> {
            Object between = used[0] ? separator : "";
            used[0] = true;
            return between;
        };
    }

    private static Namespace namespace(Rendering rendering, Arguments arguments) {
        Namespace namespace = new Namespace();
        dict(rendering, arguments).forEach((name, value) -> namespace.set(Representation.text(name), value));
        return namespace;
    }
}
