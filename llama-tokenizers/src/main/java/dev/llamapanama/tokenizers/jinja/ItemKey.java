// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What of an item is compared, joined, or summed up: the item itself, or what a path of names leads to. */
interface ItemKey {
    Object of(Object item);

    /** @param attribute a path of names and indexes with dots between, an index, or None for the item itself */
    static ItemKey path(Object attribute) {
        return new Path(steps(attribute), None.NONE);
    }

    /** A list of what several paths lead to, with commas between. */
    static ItemKey paths(Object attribute, boolean ignoresCase) {
        Stream<Object> paths = attribute instanceof String names
                ? Arrays.stream(names.split(",", -1)).map(path -> (Object) path)
                : Stream.of(attribute);
        List<ItemKey> keys =
                paths.map(path -> path(path).ignoringCase(ignoresCase)).toList();
        return item -> {
            List<Object> values = new ArrayList<>();
            keys.forEach(key -> values.add(key.of(item)));
            return values;
        };
    }

    private static List<Object> steps(Object attribute) {
        if (attribute == None.NONE) {
            return List.of();
        }
        return attribute instanceof String path
                ? Arrays.stream(path.split("\\.", -1)).map(ItemKey::step).toList()
                : List.of(attribute);
    }

    private static Object step(String name) {
        return name.matches("[0-9]{1,9}") ? (Object) Long.parseLong(name) : name;
    }

    /** The same with a value instead of each that isn't there, unless it is None. */
    default ItemKey or(Object otherwise) {
        return this instanceof Path path ? new Path(path.steps(), otherwise) : this;
    }

    /** The same with small letters instead of large ones. */
    default ItemKey ignoringCase(boolean ignores) {
        return ignores
                ? item -> Markup.plain(of(item)) instanceof String text ? PythonText.lower(text) : of(item)
                : this;
    }

    /**
     * A path into an item.
     *
     * @param otherwise what stands for a part that isn't there; None for itself
     */
    record Path(List<Object> steps, Object otherwise) implements ItemKey {
        @Override
        public Object of(Object item) {
            Object at = item;
            for (Object step : steps) {
                at = Attributes.item(at, step);
                at = at instanceof Undefined && otherwise != None.NONE ? otherwise : at;
            }
            return at;
        }
    }
}
