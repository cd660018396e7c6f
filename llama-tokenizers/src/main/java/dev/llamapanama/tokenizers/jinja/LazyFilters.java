// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Filters that give their items one by one, as generators of Python do: what nobody asks for isn't computed. */
final class LazyFilters {
    static final Map<String, Filter> ALL = new HashMap<>();

    static {
        ALL.put("map", (scope, value, arguments) -> Generator.of(() -> map(scope, value, arguments)));
        addChoice("select", false, true);
        addChoice("reject", false, false);
        addChoice("selectattr", true, true);
        addChoice("rejectattr", true, false);
        add("unique", "case_sensitive? attribute?", LazyFilters::unique);
        add("batch", "linecount fill_with?", (_, value, arguments) -> batch(value, arguments));
        add("slice", "slices fill_with?", (_, value, arguments) -> slice(value, arguments));
        add("items", "", (_, value, _) -> items(value));
    }

    private LazyFilters() {}

    @FunctionalInterface
    private interface Items {
        Iterator<Object> of(Scope scope, Object value, Arguments arguments);
    }

    private static void add(String name, String parameters, Items items) {
        ALL.put(
                name,
                Filter.of(
                        name,
                        parameters,
                        (scope, value, arguments) -> Generator.of(() -> items.of(scope, value, arguments))));
    }

    private static void addChoice(String name, boolean byAttribute, boolean wanted) {
        ALL.put(
                name,
                (scope, value, arguments) -> Generator.of(() -> choose(scope, value, arguments, byAttribute, wanted)));
    }

    /** Items of what is true: None and the like have none here. */
    private static Stream<Object> stream(Object value) {
        return Values.isTrue(value) ? Values.stream(value) : Stream.empty();
    }

    private static Iterator<Object> items(Object value) {
        return switch (value) {
            case Undefined _ -> Collections.emptyIterator();
            case Map<?, ?> map -> MapMethods.items(map).iterator();
            default -> throw new JinjaException("Can only get item pairs from a mapping.");
        };
    }

    private static Iterator<Object> map(Scope scope, Object value, Arguments arguments) {
        if (!Values.isTrue(value)) {
            return Collections.emptyIterator();
        }
        Map<String, Object> named = new HashMap<>(arguments.named());
        Object path = named.remove("attribute");
        if (arguments.count() == 0 && path != null) {
            Object otherwise = named.getOrDefault("default", None.NONE);
            named.remove("default");
            if (!named.isEmpty()) {
                throw new JinjaException("Unexpected keyword argument " + named.keySet());
            }
            ItemKey part = ItemKey.path(path).or(otherwise);
            return stream(value).map(part::of).iterator();
        }
        if (arguments.count() == 0) {
            throw new JinjaException("map requires a filter argument");
        }
        Filter filter = Filters.named(arguments.text(0, "name"));
        return stream(value)
                .map(item -> {
                    scope.rendering().step(Values.cost(item));
                    return filter.apply(scope, item, arguments.skip(1));
                })
                .iterator();
    }

    private static Iterator<Object> choose(
            Scope scope, Object value, Arguments arguments, boolean byAttribute, boolean wanted) {
        if (!Values.isTrue(value)) {
            return Collections.emptyIterator();
        }
        if (byAttribute && arguments.count() == 0) {
            throw new JinjaException("Missing parameter for attribute name");
        }
        ItemKey part = ItemKey.path(byAttribute ? arguments.positional().getFirst() : None.NONE);
        Predicate<Object> test = test(arguments.skip(byAttribute ? 1 : 0));
        return stream(value)
                .filter(item -> {
                    scope.rendering().step(1);
                    return test.test(part.of(item)) == wanted;
                })
                .iterator();
    }

    private static Predicate<Object> test(Arguments arguments) {
        if (arguments.count() == 0) {
            return Values::isTrue;
        }
        Test test = Tests.named(arguments.text(0, "test"));
        return item -> test.test(item, arguments.skip(1));
    }

    private static Iterator<Object> unique(Scope scope, Object value, Arguments arguments) {
        ItemKey key = ItemKey.path(arguments.get(1, "attribute", None.NONE))
                .ignoringCase(!Values.isTrue(arguments.get(0, "case_sensitive", false)));
        Map<Object, Object> seen = new HashMap<>();
        return Values.stream(value)
                .filter(item -> {
                    scope.rendering().step(1);
                    Object itemKey = MapKeys.hashable(key.of(item));
                    boolean isNew = !MapKeys.contains(seen, itemKey);
                    MapKeys.put(seen, itemKey, item);
                    return isNew;
                })
                .iterator();
    }

    private static Iterator<Object> batch(Object value, Arguments arguments) {
        long size = Numbers.toInt(arguments.get(0, "linecount"), "linecount");
        Object fill = arguments.get(1, "fill_with", None.NONE);
        List<Object> batches = new ArrayList<>();
        List<Object> batch = new ArrayList<>();
        for (Object item : Values.items(value)) {
            if (batch.size() == size) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(item);
        }
        if (!batch.isEmpty()) {
            if (fill != None.NONE && batch.size() < size) {
                Rendering.checkItems(size);
                batch.addAll(Collections.nCopies((int) size - batch.size(), fill));
            }
            batches.add(batch);
        }
        return batches.iterator();
    }

    private static Iterator<Object> slice(Object value, Arguments arguments) {
        int count = Numbers.toInt(arguments.get(0, "slices"), "slices");
        Object fill = arguments.get(1, "fill_with", None.NONE);
        List<Object> items = new ArrayList<>(Values.items(value));
        if (count == 0) {
            throw new JinjaException("integer division or modulo by zero");
        }
        Rendering.checkItems(count);
        int length = Math.floorDiv(items.size(), count);
        int longer = Math.floorMod(items.size(), count);
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
        return slices.iterator();
    }
}
