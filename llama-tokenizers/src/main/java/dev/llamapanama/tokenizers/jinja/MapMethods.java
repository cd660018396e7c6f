// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Methods of maps. */
final class MapMethods {
    private static final Set<String> CHANGING = Set.of("clear", "pop", "popitem", "setdefault", "update");

    private MapMethods() {}

    static Object of(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" -> (Function) (rendering, arguments) -> items(map);
            case "keys" -> (Function) (rendering, arguments) -> new ArrayList<Object>(map.keySet());
            case "values" -> (Function) (rendering, arguments) -> new ArrayList<Object>(map.values());
            case "copy" -> (Function) (rendering, arguments) -> map;
            case "get" ->
                (Function) (rendering, arguments) -> {
                    arguments.atMost(2, "get");
                    Object value = map.get(arguments.get(0, "key"));
                    return value == null ? arguments.get(1, "default", None.NONE) : value;
                };
            default -> CHANGING.contains(name) ? Attributes.unsafe("dict", name) : Attributes.none("dict", name);
        };
    }

    static List<Object> items(Map<?, ?> map) {
        List<Object> items = new ArrayList<>(map.size());
        map.forEach((key, value) -> items.add(Tuple.of(key, value)));
        return items;
    }
}
