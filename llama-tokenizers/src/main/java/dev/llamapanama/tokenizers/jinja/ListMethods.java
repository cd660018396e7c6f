// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.List;
import java.util.Set;

/** Methods of lists and tuples. */
final class ListMethods {
    private static final Set<String> CHANGING =
            Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");

    private ListMethods() {}

    static Object of(List<?> list, String name) {
        String type = list instanceof Tuple ? "tuple" : "list";
        return switch (name) {
            case "count" ->
                (Function) (rendering, arguments) -> list.stream()
                        .filter(each -> Equality.equal(each, arguments.get(0, "value")))
                        .count();
            case "index" -> (Function) (rendering, arguments) -> index(list, arguments.get(0, "value"));
            case "copy" -> (Function) (rendering, arguments) -> list;
            default ->
                CHANGING.contains(name) && !(list instanceof Tuple)
                        ? Attributes.unsafe(type, name)
                        : Attributes.none(type, name);
        };
    }

    private static Object index(List<?> list, Object value) {
        for (int i = 0; i < list.size(); i++) {
            if (Equality.equal(list.get(i), value)) {
                return (long) i;
            }
        }
        throw new JinjaException(Representation.text(value) + " is not in list");
    }
}
