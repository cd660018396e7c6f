// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.List;
import java.util.Set;

/** Methods of lists and tuples. */
final class ListMethods {
    private static final Set<String> CHANGING =
            Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");

    private static final Parameters INDEX = Parameters.of("index", "value start? stop?", false);

    private ListMethods() {}

    static Object of(List<?> list, String name) {
        String type = list instanceof Tuple ? "tuple" : "list";
        return switch (name) {
            case "count" ->
                (Function) (rendering, arguments) -> list.stream()
                        .filter(each -> Equality.equal(each, arguments.get(0, "value")))
                        .count();
            case "index" -> (Function) (rendering, arguments) -> index(list, INDEX.check(arguments));
            case "copy" -> (Function) (rendering, arguments) -> list;
            default ->
                CHANGING.contains(name) && !(list instanceof Tuple)
                        ? Attributes.unsafe(type, name)
                        : Attributes.none(type, name);
        };
    }

    private static int place(Object index, List<?> list) {
        int place = Numbers.toInt(index, "slice index");
        return Math.clamp(place < 0 ? place + list.size() : place, 0, list.size());
    }

    private static Object index(List<?> list, Arguments arguments) {
        Object value = arguments.get(0, "value");
        int start = place(arguments.get(1, "start", 0L), list);
        int end = place(arguments.get(2, "stop", (long) list.size()), list);
        for (int i = start; i < end; i++) {
            if (Equality.equal(list.get(i), value)) {
                return (long) i;
            }
        }
        throw new JinjaException(Representation.text(value) + " is not in list");
    }
}
