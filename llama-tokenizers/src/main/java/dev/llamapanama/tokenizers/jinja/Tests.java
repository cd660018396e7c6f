// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.List;
import java.util.Map;

/** What stands after {@code is}, by name. */
final class Tests {
    private static final Map<String, Test> TESTS = Map.ofEntries(
            Map.entry("defined", (value, _) -> !(value instanceof Undefined)),
            Map.entry("undefined", (value, _) -> value instanceof Undefined),
            Map.entry("none", (value, _) -> value == None.NONE),
            Map.entry("boolean", (value, _) -> value instanceof Boolean),
            Map.entry("true", (value, _) -> Boolean.TRUE.equals(value)),
            Map.entry("false", (value, _) -> Boolean.FALSE.equals(value)),
            Map.entry("string", (value, _) -> Markup.plain(value) instanceof String),
            Map.entry("number", (value, _) -> Numbers.isNumber(value)),
            Map.entry("integer", (value, _) -> Numbers.whole(value) != null && !(value instanceof Boolean)),
            Map.entry("float", (value, _) -> value instanceof Double),
            Map.entry("mapping", (value, _) -> value instanceof Map),
            Map.entry("sequence", (value, _) -> isSequence(value)),
            Map.entry("iterable", (value, _) -> isSequence(value) || value instanceof Walkable),
            // Undefined values have a method for being called, which fails.
            Map.entry("callable", (value, _) -> value instanceof Function || value instanceof Undefined),
            Map.entry("sameas", (value, arguments) -> isSame(value, arguments.get(0, "other"))),
            Map.entry("escaped", (value, _) -> value instanceof Markup),
            Map.entry("upper", (value, _) -> PythonText.isUpper(Representation.text(value))),
            Map.entry("lower", (value, _) -> PythonText.isLower(Representation.text(value))),
            Map.entry("odd", (value, _) -> Equality.equal(remainder(value, 2L), 1L)),
            Map.entry("even", (value, _) -> Equality.equal(remainder(value, 2L), 0L)),
            Map.entry(
                    "divisibleby", (value, arguments) -> Equality.equal(remainder(value, arguments.get(0, "num")), 0L)),
            Map.entry("filter", (value, _) -> value instanceof String name && Filters.exists(name)),
            Map.entry("test", (value, _) -> value instanceof String name && Tests.exists(name)),
            Map.entry("in", (value, arguments) -> Operators.contains(arguments.get(0, "seq"), value)),
            Map.entry("eq", comparison("==")),
            Map.entry("equalto", comparison("==")),
            Map.entry("==", comparison("==")),
            Map.entry("ne", comparison("!=")),
            Map.entry("!=", comparison("!=")),
            Map.entry("lt", comparison("<")),
            Map.entry("lessthan", comparison("<")),
            Map.entry("<", comparison("<")),
            Map.entry("le", comparison("<=")),
            Map.entry("<=", comparison("<=")),
            Map.entry("gt", comparison(">")),
            Map.entry("greaterthan", comparison(">")),
            Map.entry(">", comparison(">")),
            Map.entry("ge", comparison(">=")),
            Map.entry(">=", comparison(">=")));

    private Tests() {}

    static boolean exists(String name) {
        return TESTS.containsKey(name);
    }

    static Test named(String name) {
        Test test = TESTS.get(name);
        if (test == null) {
            throw new JinjaException("No test named '" + name + "'.");
        }
        return test;
    }

    private static Test comparison(String operator) {
        return (value, arguments) -> Operators.compare(operator, value, arguments.get(0, "other"));
    }

    private static boolean isSequence(Object value) {
        return Markup.plain(value) instanceof String
                || value instanceof List
                || value instanceof Map
                || value instanceof Undefined
                || value instanceof Range;
    }

    /** Python's {@code is}: the same object; small whole numbers and texts are one object each. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Object value, Object other) {
        return switch (value) {
            case Long number -> other instanceof Long && number.equals(other) && number >= -5 && number <= 256;
            case String _, Boolean _ -> value.equals(other);
            default -> value == other;
        };
    }

    private static Object remainder(Object value, Object by) {
        return Operators.modulo(value, by);
    }
}
