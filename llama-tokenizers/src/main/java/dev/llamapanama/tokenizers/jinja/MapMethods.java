// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Methods of maps. */
final class MapMethods {
    private static final Set<String> CHANGING = Set.of("clear", "pop", "popitem", "setdefault", "update");

    private static final Parameters GET = Parameters.of("get", "key default?", false);
    private static final Parameters NOTHING = Parameters.of("a method of dict", "", false);

    private MapMethods() {}

    static Object of(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" -> view(MapView.Part.ITEMS, map);
            case "keys" -> view(MapView.Part.KEYS, map);
            case "values" -> view(MapView.Part.VALUES, map);
            case "copy" -> (Function) (rendering, arguments) -> map;
            case "get" ->
                (Function) (rendering, arguments) -> {
                    GET.check(arguments);
                    Object value = MapKeys.find(map, arguments.get(0, "key"));
                    return value == null ? arguments.get(1, "default", None.NONE) : value;
                };
            default -> CHANGING.contains(name) ? Attributes.unsafe("dict", name) : Attributes.none("dict", name);
        };
    }

    private static Function view(MapView.Part part, Map<?, ?> map) {
        return (rendering, arguments) -> {
            NOTHING.check(arguments);
            return new MapView(part, map);
        };
    }

    static List<Object> items(Map<?, ?> map) {
        List<Object> items = new ArrayList<>(map.size());
        map.forEach((key, value) -> items.add(Tuple.of(key, value)));
        return items;
    }
}
