// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What stands after {@code |}, by name: the filters of jinja2 but for those of HTML, and {@code tojson} of transformers. */
final class Filters {
    private static final Map<String, Filter> FILTERS = new HashMap<>();

    static {
        FILTERS.putAll(TextFilters.ALL);
        FILTERS.putAll(ListFilters.ALL);
        FILTERS.put("tojson", (rendering, value, arguments) -> Json.write(value, arguments));
        FILTERS.put("default", (rendering, value, arguments) -> otherwise(value, arguments));
        FILTERS.put("d", (rendering, value, arguments) -> otherwise(value, arguments));
        FILTERS.put("length", (rendering, value, arguments) -> Values.length(value));
        FILTERS.put("count", (rendering, value, arguments) -> Values.length(value));
        FILTERS.put(
                "abs",
                (rendering, value, arguments) -> Numbers.compare(value, 0L) < 0
                        ? Operators.signed(value, true)
                        : Operators.signed(value, false));
        FILTERS.put("int", (rendering, value, arguments) -> toInt(value, arguments.get(0, "default", 0L)));
        FILTERS.put("float", (rendering, value, arguments) -> toFloat(value, arguments.get(0, "default", 0.0)));
        FILTERS.put("round", (rendering, value, arguments) -> round(value, arguments));
        FILTERS.put("attr", (rendering, value, arguments) -> attribute(value, arguments.text(0, "name")));
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

    static Object toInt(Object value, Object otherwise) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        BigInteger whole = Numbers.whole(value);
        if (whole != null) {
            return Numbers.of(whole);
        }
        double number = value instanceof Double given
                ? given
                : toFloat(value, Double.NaN) instanceof Double read ? read : Double.NaN;
        String text = value instanceof String given ? PythonText.strip(given) : "";
        if (text.matches("[+-]?\\d{1,1000}")) {
            return Numbers.of(new BigInteger(text));
        }
        return Double.isNaN(number) || Double.isInfinite(number)
                ? otherwise
                : Numbers.of(new BigDecimal(number).toBigInteger());
    }

    static Object toFloat(Object value, Object otherwise) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (Numbers.isNumber(value)) {
            return Numbers.toDouble(value);
        }
        String text = value instanceof String given ? PythonText.strip(given) : "";
        return text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")
                ? (Object) Double.parseDouble(text)
                : otherwise;
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

    /** Follows names and numbers with dots between. */
    static Object path(Object value, Object path) {
        if (!(path instanceof String names)) {
            return Attributes.item(value, path);
        }
        Object at = value;
        for (String name : List.of(names.split("\\.", -1))) {
            boolean index =
                    !name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
            at = Attributes.item(at, index ? (Object) Long.parseLong(name) : name);
        }
        return at;
    }
}
