// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.List;
import java.util.Map;

/** {@code value.name} and {@code value[key]}. Only what is listed here can be reached: no Java object has attributes. */
final class Attributes {
    private Attributes() {}

    static Object attribute(Object value, String name) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Object method = method(value, name);
        if (!(method instanceof Undefined)) {
            return method;
        }
        return value instanceof Map<?, ?> map && map.containsKey(name) ? entry(map, name) : method;
    }

    static Object item(Object value, Object key) {
        return switch (value) {
            case Undefined undefined -> throw undefined.failure();
            case Map<?, ?> map when Tuple.isKey(key) && MapKeys.contains(map, key) -> entry(map, key);
            case Range range when Numbers.whole(key) != null -> at(range, key);
            case List<?> list when Numbers.whole(key) != null -> at(list, key);
            case String text when Numbers.whole(key) != null -> character(text, key);
            case Markup markup when Numbers.whole(key) != null -> Markup.marked(character(markup.text(), key));
            default ->
                key instanceof String name
                        ? method(value, name)
                        : new Undefined(Values.typeName(value) + " object has no element " + Representation.text(key));
        };
    }

    private static Object entry(Map<?, ?> map, Object key) {
        Object value = MapKeys.find(map, key);
        return value == null ? None.NONE : value;
    }

    private static Object at(List<?> list, Object key) {
        int index = Numbers.toInt(key, "index");
        int place = index < 0 ? index + list.size() : index;
        return place >= 0 && place < list.size()
                ? list.get(place)
                : new Undefined("list object has no element " + index);
    }

    private static Object at(Range range, Object key) {
        int index = Numbers.toInt(key, "index");
        long place = index < 0 ? index + range.length() : index;
        return place >= 0 && place < range.length()
                ? (Object) range.at(place)
                : new Undefined("range object has no element " + index);
    }

    private static Object character(String text, Object key) {
        long length = Values.length(text);
        int index = Numbers.toInt(key, "index");
        long place = index < 0 ? index + length : index;
        return place >= 0 && place < length
                ? Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) place)))
                : new Undefined("str object has no element " + index);
    }

    private static Object method(Object value, String name) {
        return switch (value) {
            case String text -> TextMethods.of(text, name);
            case Markup markup -> markup.method(name);
            case Map<?, ?> map -> MapMethods.of(map, name);
            case LoopState loop -> loop.get(name);
            case Namespace parts -> parts.get(name);
            case Macro macro -> macro.get(name);
            case Cycler cycler -> cycler.get(name);
            case Group group when name.equals("grouper") -> group.getFirst();
            case Group group when name.equals("list") -> group.getLast();
            case List<?> list -> ListMethods.of(list, name);
            default -> new Undefined("'" + Values.typeName(value) + " object' has no attribute '" + name + "'");
        };
    }

    static Undefined none(String type, String name) {
        return new Undefined("'" + type + " object' has no attribute '" + name + "'");
    }

    /** What would change a value, which the sandbox forbids. */
    static Undefined unsafe(String type, String name) {
        return new Undefined("access to attribute '" + name + "' of '" + type + "' object is unsafe.");
    }
}
