// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Filters that give a list, an item, or a text of what can be gone through. */
final class ListFilters {
    static final Map<String, Filter> ALL = new HashMap<>();

    static {
        add("list", "", (_, value, _) -> new ArrayList<>(Values.items(value)));
        add("first", "", (_, value, _) -> first(Values.iterator(value), "first"));
        add("last", "", (_, value, _) -> first(Reversal.of(value).iterator(), "last"));
        add("random", "", (_, _, _) -> {
            throw new JinjaException("found random, expected a template that gives the same text each time");
        });
        add("reverse", "", (_, value, _) -> reverse(value));
        add("join", "d? attribute?", (scope, value, arguments) -> join(scope, value, arguments));
        add("sort", "reverse? case_sensitive? attribute?", (_, value, arguments) -> sort(value, arguments));
        add("max", "case_sensitive? attribute?", (_, value, arguments) -> extreme(value, arguments, ">"));
        add("min", "case_sensitive? attribute?", (_, value, arguments) -> extreme(value, arguments, "<"));
        add("sum", "attribute? start?", (_, value, arguments) -> sum(value, arguments));
        add("dictsort", "case_sensitive? by? reverse?", (_, value, arguments) -> sortMap(value, arguments));
        add("groupby", "attribute default? case_sensitive?", (_, value, arguments) -> groups(value, arguments));
    }

    private ListFilters() {}

    private static void add(String name, String parameters, Filter filter) {
        ALL.put(name, Filter.of(name, parameters, filter));
    }

    private static Object first(Iterator<Object> items, String which) {
        return items.hasNext() ? items.next() : new Undefined("No " + which + " item, sequence was empty.");
    }

    private static Object reverse(Object value) {
        if (value instanceof String text) {
            return Splitting.reverse(text);
        }
        if (value instanceof Markup markup) {
            return new Markup(Splitting.reverse(markup.text()));
        }
        if (value instanceof Generator) {
            List<Object> items = Values.items(value);
            Collections.reverse(items);
            return items;
        }
        return Reversal.of(value);
    }

    private static Object join(Scope scope, Object value, Arguments arguments) {
        ItemKey part = ItemKey.path(arguments.get(1, "attribute", None.NONE));
        return Markup.joined(
                scope,
                arguments.get(0, "d", ""),
                Values.stream(value).map(part::of).toList());
    }

    private static Object sort(Object value, Arguments arguments) {
        ItemKey key = ItemKey.paths(
                arguments.get(2, "attribute", None.NONE), !Values.isTrue(arguments.get(1, "case_sensitive", false)));
        return sorted(Values.items(value), key, arguments.get(0, "reverse", false));
    }

    private static List<Object> sorted(List<Object> items, ItemKey key, Object reverse) {
        List<Object> keys = items.stream().map(key::of).toList();
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            places.add(i);
        }
        Comparator<Integer> order = (a, b) -> Operators.order("<", keys.get(a), keys.get(b));
        places.sort(Values.isTrue(reverse) ? order.reversed() : order);
        List<Object> sorted = new ArrayList<>();
        places.forEach(place -> sorted.add(items.get(place)));
        return sorted;
    }

    private static Object extreme(Object value, Arguments arguments, String operator) {
        ItemKey key = ItemKey.path(arguments.get(1, "attribute", None.NONE))
                .ignoringCase(!Values.isTrue(arguments.get(0, "case_sensitive", false)));
        Object best = new Undefined("No aggregated item, sequence was empty.");
        Object bestKey = best;
        boolean none = true;
        for (Object item : Values.items(value)) {
            Object itemKey = key.of(item);
            if (none || Operators.compare(operator, itemKey, bestKey)) {
                best = item;
                bestKey = itemKey;
                none = false;
            }
        }
        return best;
    }

    private static Object sum(Object value, Arguments arguments) {
        ItemKey part = ItemKey.path(arguments.get(0, "attribute", None.NONE));
        Object sum = arguments.get(1, "start", 0L);
        if (sum instanceof String) {
            throw new JinjaException("sum() can't sum strings");
        }
        for (Object item : Values.items(value)) {
            sum = Operators.add(sum, part.of(item));
        }
        return sum;
    }

    private static Object sortMap(Object value, Arguments arguments) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new JinjaException("dictsort: found '" + Values.typeName(value) + "', expected a mapping");
        }
        Object by = arguments.get(1, "by", "key");
        if (!by.equals("key") && !by.equals("value")) {
            throw new JinjaException("You can only sort by either \"key\" or \"value\"");
        }
        ItemKey key = ItemKey.path(by.equals("value") ? 1L : 0L)
                .ignoringCase(!Values.isTrue(arguments.get(0, "case_sensitive", false)));
        return sorted(MapMethods.items(map), key, arguments.get(2, "reverse", false));
    }

    private static Object groups(Object value, Arguments arguments) {
        ItemKey shown = ItemKey.path(arguments.get(0, "attribute")).or(arguments.get(1, "default", None.NONE));
        ItemKey key = shown.ignoringCase(!Values.isTrue(arguments.get(2, "case_sensitive", false)));
        List<Object> items = sorted(Values.items(value), key, false);
        List<Object> groups = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= items.size(); i++) {
            if (i == items.size() || !Equality.equal(key.of(items.get(i)), key.of(items.get(start)))) {
                groups.add(new Group(shown.of(items.get(start)), new ArrayList<>(items.subList(start, i))));
                start = i;
            }
        }
        return groups;
    }
}
