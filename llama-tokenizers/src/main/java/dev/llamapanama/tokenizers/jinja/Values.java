// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The values of templates: {@link None}, booleans, whole numbers (Long, or BigInteger beyond), Double, String, {@link Markup}, lists,
 * {@link Tuple}, maps, {@link Walkable}, {@link Namespace}, {@link Function}, {@link Undefined}. No other Java object is ever among them.
 */
final class Values {
    private Values() {}

    /** The value of a JSON value. */
    static Object of(@Nullable Object json) {
        return switch (json) {
            case null -> None.NONE;
            case String text -> text;
            case Boolean flag -> flag;
            case Integer number -> (long) number;
            case Long number -> number;
            case BigInteger number -> Numbers.of(number);
            case Float number -> (double) number;
            case Double number -> number;
            case BigDecimal number -> number.doubleValue();
            case List<?> list -> {
                List<Object> values = new ArrayList<>(list.size());
                list.forEach(each -> values.add(of(each)));
                yield values;
            }
            case Map<?, ?> map -> {
                Map<Object, Object> values = new LinkedHashMap<>();
                map.forEach((key, value) -> MapKeys.put(values, of(key), of(value)));
                yield values;
            }
            default -> throw new JinjaException("found a value of " + json.getClass() + ", expected one that JSON has");
        };
    }

    static boolean isTrue(Object value) {
        return switch (value) {
            case None _, Undefined _ -> false;
            case Markup markup -> !markup.text().isEmpty();
            case Boolean flag -> flag;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case Generator _ -> true;
            case Walkable walkable -> walkable.length() > 0;
            default -> true;
        };
    }

    /** What a loop goes through, item by item. */
    static Iterator<Object> iterator(Object value) {
        return value instanceof Walkable walkable
                ? walkable.iterator()
                : items(value).iterator();
    }

    /** What a loop goes through, at once. */
    static List<Object> items(Object value) {
        return switch (value) {
            case Undefined _ -> List.of();
            case List<?> list -> List.copyOf(list);
            case Map<?, ?> map -> List.copyOf(map.keySet());
            case String text -> PythonText.characters(text);
            case Markup markup -> PythonText.characters(markup.text());
            case Walkable walkable -> {
                List<Object> items = new ArrayList<>();
                walkable.iterator().forEachRemaining(items::add);
                yield items;
            }
            default -> throw new JinjaException("'" + typeName(value) + "' object is not iterable");
        };
    }

    static Stream<Object> stream(Object value) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator(value), 0), false);
    }

    /** Number of items or characters. */
    static long length(Object value) {
        return switch (value) {
            case Undefined _ -> 0;
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case String text -> text.codePointCount(0, text.length());
            case Markup markup -> length(markup.text());
            case Walkable walkable -> walkable.length();
            default -> throw new JinjaException("object of type '" + typeName(value) + "' has no len()");
        };
    }

    /** Steps that going once through a value takes. */
    static long cost(Object value) {
        return switch (value) {
            case List<?> list -> 1 + list.size();
            case Map<?, ?> map -> 1 + map.size();
            case String text -> 1 + (text.length() >> 6);
            case Markup markup -> cost(markup.text());
            case MapView view -> 1 + view.length();
            case Range range -> 1 + range.length();
            default -> 1;
        };
    }

    static String requireText(Object value, String what) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (Markup.plain(value) instanceof String text) {
            return text;
        }
        throw new JinjaException(what + ": found '" + typeName(value) + "', expected text");
    }

    /** Python's name of the type. */
    static String typeName(Object value) {
        return switch (value) {
            case None _ -> "NoneType";
            case Boolean _ -> "bool";
            case Long _, BigInteger _ -> "int";
            case Double _ -> "float";
            case String _ -> "str";
            case Markup _ -> "Markup";
            case Tuple _ -> "tuple";
            case List<?> _ -> "list";
            case Map<?, ?> _ -> "dict";
            case Undefined _ -> "Undefined";
            case Namespace _ -> "Namespace";
            case Walkable walkable -> walkable.type();
            default -> "function";
        };
    }
}
