// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;

/** What stands after {@code |}, by name: the filters of jinja2 but for those of HTML, and {@code tojson} of transformers. */
final class Filters {
    private static final Map<String, Filter> FILTERS = new HashMap<>();

    static {
        FILTERS.putAll(TextFilters.ALL);
        FILTERS.putAll(ListFilters.ALL);
        FILTERS.putAll(LazyFilters.ALL);
        add(
                "tojson",
                "ensure_ascii? indent? separators? sort_keys?",
                (_, value, arguments) -> Json.write(value, arguments));
        add("default", "default_value? boolean?", (_, value, arguments) -> otherwise(value, arguments));
        add("d", "default_value? boolean?", (_, value, arguments) -> otherwise(value, arguments));
        add("length", "", (_, value, _) -> Values.length(value));
        add("count", "", (_, value, _) -> Values.length(value));
        add("abs", "", (_, value, _) -> absolute(value));
        add("int", "default? base?", (_, value, arguments) -> ReadNumbers.toInt(value, arguments));
        add("float", "default?", (_, value, arguments) -> ReadNumbers.toFloat(value, arguments.get(0, "default", 0.0)));
        add("round", "precision? method?", (_, value, arguments) -> round(value, arguments));
        add("attr", "name", (_, value, arguments) -> attribute(value, arguments.text(0, "name")));
        add("filesizeformat", "binary?", (_, value, arguments) -> FileSize.text(value, arguments));
    }

    private static void add(String name, String parameters, Filter filter) {
        FILTERS.put(name, Filter.of(name, parameters, filter));
    }

    private static Object absolute(Object value) {
        return Operators.signed(value, Numbers.isNumber(value) && Numbers.compare(value, 0L) < 0);
    }

    private Filters() {}

    static boolean exists(String name) {
        return FILTERS.containsKey(name);
    }

    static Filter named(String name) {
        Filter filter = FILTERS.get(name);
        if (filter == null) {
            throw new JinjaException("No filter named '" + name + "'.");
        }
        return filter;
    }

    private static Object otherwise(Object value, Arguments arguments) {
        boolean empty = value instanceof Undefined
                || (Values.isTrue(arguments.get(1, "boolean", false)) && !Values.isTrue(value));
        return empty ? arguments.get(0, "default_value", "") : value;
    }

    private static Object attribute(Object value, String name) {
        return value instanceof Map<?, ?> map ? MapMethods.of(map, name) : Attributes.attribute(value, name);
    }

    private static Object round(Object value, Arguments arguments) {
        int digits = Math.clamp(Numbers.toInt(arguments.get(0, "precision", 0L), "precision"), -400, 400);
        RoundingMode mode = switch (Representation.text(arguments.get(1, "method", "common"))) {
            case "ceil" -> RoundingMode.CEILING;
            case "floor" -> RoundingMode.FLOOR;
            case "common" -> RoundingMode.HALF_EVEN;
            default -> throw new JinjaException("method must be common, ceil or floor");
        };
        BigInteger whole = Numbers.whole(value);
        if (whole != null && mode == RoundingMode.HALF_EVEN) {
            return Numbers.of(
                    new BigDecimal(whole).setScale(Math.min(0, digits), mode).toBigInteger());
        }
        double number = Numbers.toDouble(value);
        return Double.isNaN(number) || Double.isInfinite(number)
                ? number
                : new BigDecimal(number).setScale(digits, mode).doubleValue();
    }
}
