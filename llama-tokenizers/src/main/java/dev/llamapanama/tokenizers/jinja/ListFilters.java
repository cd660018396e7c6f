// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Filters of lists. */
final class ListFilters {
    static final Map<String, Filter> ALL = Map.ofEntries(
            Map.entry("list", (rendering, value, arguments) -> new ArrayList<>(Values.items(value))),
            Map.entry("items", (rendering, value, arguments) -> items(value)),
            Map.entry("first", (rendering, value, arguments) -> end(value, false)),
            Map.entry("last", (rendering, value, arguments) -> end(value, true)),
            Map.entry("join", (rendering, value, arguments) -> join(value, arguments)),
            Map.entry("reverse", (rendering, value, arguments) -> reverse(value)),
            Map.entry("sort", (rendering, value, arguments) -> sort(value, arguments)),
            Map.entry("unique", ListFilters::unique),
            Map.entry("max", (rendering, value, arguments) -> extreme(value, arguments, true)),
            Map.entry("min", (rendering, value, arguments) -> extreme(value, arguments, false)),
            Map.entry("sum", (rendering, value, arguments) -> sum(value, arguments)),
            Map.entry("dictsort", (rendering, value, arguments) -> sortMap(value, arguments)),
            Map.entry("batch", (rendering, value, arguments) -> batch(value, arguments)),
            Map.entry("slice", (rendering, value, arguments) -> slice(value, arguments)),
            Map.entry("groupby", (rendering, value, arguments) -> groups(value, arguments)),
            Map.entry("map", ListFilters::map),
            Map.entry("select", (rendering, value, arguments) -> choose(value, arguments, false, true)),
            Map.entry("reject", (rendering, value, arguments) -> choose(value, arguments, false, false)),
            Map.entry("selectattr", (rendering, value, arguments) -> choose(value, arguments, true, true)),
            Map.entry("rejectattr", (rendering, value, arguments) -> choose(value, arguments, true, false)));

    private ListFilters() {}

    private static Object items(Object value) {
        return switch (value) {
            case Undefined _ -> List.of();
            case Map<?, ?> map -> MapMethods.items(map);
            default -> throw new JinjaException("Can only get item pairs from a mapping.");
        };
    }

    private static Object end(Object value, boolean last) {
        List<Object> items = Values.items(value);
        return items.isEmpty()
                ? new Undefined("No " + (last ? "last" : "first") + " item, sequence was empty.")
                : last ? items.getLast() : items.getFirst();
    }

    private static Object join(Object value, Arguments arguments) {
        String separator = Representation.text(arguments.get(0, "d", ""));
        Object attribute = arguments.get(1, "attribute", None.NONE);
        StringBuilder joined = new StringBuilder();
        String between = "";
        for (Object item : Values.items(value)) {
            joined.append(between)
                    .append(Representation.text(attribute == None.NONE ? item : Filters.path(item, attribute)));
            between = separator;
            Rendering.checkLength(joined.length());
        }
        return joined.toString();
    }

    private static Object reverse(Object value) {
        if (value instanceof String text) {
            return Splitting.reverse(text);
        }
        List<Object> reversed = new ArrayList<>(Values.items(value));
        Collections.reverse(reversed);
        return reversed;
    }

    /** What an item is compared by: itself or an attribute, small letters like large ones. */
    private static Object key(Object item, Object attribute, boolean caseSensitive) {
        Object value = attribute == None.NONE ? item : Filters.path(item, attribute);
        return value instanceof String text && !caseSensitive ? PythonText.lower(text) : value;
    }

    private static Object sort(Object value, Arguments arguments) {
        boolean caseSensitive = Values.isTrue(arguments.get(1, "case_sensitive", false));
        Object attribute = arguments.get(2, "attribute", None.NONE);
        Comparator<Object> order =
                (a, b) -> Operators.order("<", key(a, attribute, caseSensitive), key(b, attribute, caseSensitive));
        List<Object> sorted = new ArrayList<>(Values.items(value));
        sorted.sort(Values.isTrue(arguments.get(0, "reverse", false)) ? order.reversed() : order);
        return sorted;
    }

    private static Object unique(Rendering rendering, Object value, Arguments arguments) {
        boolean caseSensitive = Values.isTrue(arguments.get(0, "case_sensitive", false));
        Object attribute = arguments.get(1, "attribute", None.NONE);
        List<Object> unique = new ArrayList<>();
        List<Object> keys = new ArrayList<>();
        for (Object item : Values.items(value)) {
            Object key = key(item, attribute, caseSensitive);
            rendering.step(1 + keys.size());
            if (!Operators.contains(keys, key)) {
                keys.add(key);
                unique.add(item);
            }
        }
        return unique;
    }

    private static Object extreme(Object value, Arguments arguments, boolean largest) {
        boolean caseSensitive = Values.isTrue(arguments.get(0, "case_sensitive", false));
        Object attribute = arguments.get(1, "attribute", None.NONE);
        Object best = new Undefined("No aggregated item, sequence was empty.");
        for (Object item : Values.items(value)) {
            if (best instanceof Undefined
                    || Operators.compare(
                            largest ? ">" : "<",
                            key(item, attribute, caseSensitive),
                            key(best, attribute, caseSensitive))) {
                best = item;
            }
        }
        return best;
    }

    private static Object sum(Object value, Arguments arguments) {
        Object attribute = arguments.get(0, "attribute", None.NONE);
        Object sum = arguments.get(1, "start", 0L);
        for (Object item : Values.items(value)) {
            sum = Operators.add(sum, attribute == None.NONE ? item : Filters.path(item, attribute));
        }
        return sum;
    }

    private static Object sortMap(Object value, Arguments arguments) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new JinjaException("dictsort: found '" + Values.typeName(value) + "', expected a mapping");
        }
        boolean caseSensitive = Values.isTrue(arguments.get(0, "case_sensitive", false));
        long by = arguments.get(1, "by", "key").equals("value") ? 1 : 0;
        Comparator<Object> order = (a, b) -> Operators.order("<", key(a, by, caseSensitive), key(b, by, caseSensitive));
        List<Object> sorted = MapMethods.items(map);
        sorted.sort(Values.isTrue(arguments.get(2, "reverse", false)) ? order.reversed() : order);
        return sorted;
    }

    private static Object batch(Object value, Arguments arguments) {
        int size = Math.max(1, Numbers.toInt(arguments.get(0, "linecount"), "linecount"));
        Object fill = arguments.get(1, "fill_with", None.NONE);
        List<Object> items = new ArrayList<>(Values.items(value));
        List<Object> batches = new ArrayList<>();
        for (int i = 0; i < items.size(); i += size) {
            List<Object> batch = new ArrayList<>(items.subList(i, Math.min(items.size(), i + size)));
            while (fill != None.NONE && batch.size() < Math.min(size, 10_000)) {
                batch.add(fill);
            }
            batches.add(batch);
        }
        return batches;
    }

    private static Object slice(Object value, Arguments arguments) {
        int count = Math.clamp(Numbers.toInt(arguments.get(0, "slices"), "slices"), 1, 10_000);
        Object fill = arguments.get(1, "fill_with", None.NONE);
        List<Object> items = new ArrayList<>(Values.items(value));
        int length = items.size() / count;
        int longer = items.size() % count;
        List<Object> slices = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < count; i++) {
            int end = at + length + (i < longer ? 1 : 0);
            List<Object> slice = new ArrayList<>(items.subList(at, end));
            if (fill != None.NONE && i >= longer) {
                slice.add(fill);
            }
            slices.add(slice);
            at = end;
        }
        return slices;
    }

    private static Object groups(Object value, Arguments arguments) {
        Object attribute = arguments.get(0, "attribute");
        Object otherwise = arguments.get(1, "default", None.NONE);
        boolean caseSensitive = Values.isTrue(arguments.get(2, "case_sensitive", false));
        List<Object> items = new ArrayList<>(Values.items(value));
        java.util.function.Function<Object, Object> key = item -> {
            Object found = Filters.path(item, attribute);
            return key(
                    found instanceof Undefined && otherwise != None.NONE ? otherwise : found, None.NONE, caseSensitive);
        };
        items.sort((a, b) -> Operators.order("<", key.apply(a), key.apply(b)));
        List<Object> groups = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= items.size(); i++) {
            if (i == items.size() || !Equality.equal(key.apply(items.get(i)), key.apply(items.get(start)))) {
                groups.add(
                        Tuple.of(Filters.path(items.get(start), attribute), new ArrayList<>(items.subList(start, i))));
                start = i;
            }
        }
        return groups;
    }

    private static Object map(Rendering rendering, Object value, Arguments arguments) {
        List<Object> mapped = new ArrayList<>();
        if (arguments.named().containsKey("attribute")) {
            Object path = arguments.named().get("attribute");
            Object otherwise = arguments.named().getOrDefault("default", None.NONE);
            for (Object item : Values.items(value)) {
                Object part = Filters.path(item, path == null ? None.NONE : path);
                mapped.add(part instanceof Undefined && otherwise != None.NONE ? otherwise : part);
            }
            return mapped;
        }
        Filter filter = Filters.named(arguments.text(0, "name"));
        for (Object item : Values.items(value)) {
            rendering.step(Values.cost(item));
            mapped.add(filter.apply(rendering, item, arguments.skip(1)));
        }
        return mapped;
    }

    private static Object choose(Object value, Arguments arguments, boolean byAttribute, boolean wanted) {
        int first = byAttribute ? 1 : 0;
        Test test = arguments.count() > first
                ? Tests.named(arguments.text(first, "test"))
                : (item, none) -> Values.isTrue(item);
        Arguments further = arguments.skip(first + 1);
        List<Object> chosen = new ArrayList<>();
        for (Object item : Values.items(value)) {
            Object tested = byAttribute ? Filters.path(item, arguments.get(0, "attribute")) : item;
            if (test.test(tested, further) == wanted) {
                chosen.add(item);
            }
        }
        return chosen;
    }
}
