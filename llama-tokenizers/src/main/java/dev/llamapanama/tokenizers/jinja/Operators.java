// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's operators. */
final class Operators {
    private static final int EXPONENT = 10_000;

    /** So many digits that rounding twice differs from rounding once in no case that occurs. */
    private static final MathContext QUOTIENT = new MathContext(60);

    private Operators() {}

    static Object add(Object left, Object right) {
        if (Markup.isConcatenation(left, right)) {
            return Markup.concatenate(left, right);
        }
        if (left instanceof String a && right instanceof String b) {
            return repeatable((long) a.length() + b.length(), a) + b;
        }
        if (left instanceof List<?> a && right instanceof List<?> b && a instanceof Tuple == b instanceof Tuple) {
            List<Object> joined = new ArrayList<>(a);
            joined.addAll(b);
            return a instanceof Tuple ? new Tuple(joined) : joined;
        }
        BigInteger a = whole(left, right, "+");
        BigInteger b = Numbers.whole(right);
        return a == null || b == null
                ? (Object) (Numbers.toFloat(left) + Numbers.toFloat(right))
                : Numbers.of(a.add(b));
    }

    static Object subtract(Object left, Object right) {
        BigInteger a = whole(left, right, "-");
        BigInteger b = Numbers.whole(right);
        return a == null || b == null
                ? (Object) (Numbers.toFloat(left) - Numbers.toFloat(right))
                : Numbers.of(a.subtract(b));
    }

    static Object multiply(Object left, Object right) {
        if (left instanceof Markup || right instanceof Markup) {
            return Markup.marked(multiply(Markup.plain(left), Markup.plain(right)));
        }
        if (left instanceof String || left instanceof List<?>) {
            return repeat(left, right);
        }
        if (right instanceof String || right instanceof List<?>) {
            return repeat(right, left);
        }
        BigInteger a = whole(left, right, "*");
        BigInteger b = Numbers.whole(right);
        if (a == null || b == null) {
            return Numbers.toFloat(left) * Numbers.toFloat(right);
        }
        if (a.bitLength() + b.bitLength() > EXPONENT) {
            throw new JinjaException("a number of more than " + EXPONENT + " bits");
        }
        return Numbers.of(a.multiply(b));
    }

    private static Object repeat(Object value, Object times) {
        if (Numbers.whole(times) == null) {
            throw unsupported("*", value, times);
        }
        int count = Math.max(0, Numbers.toInt(times, "repetitions"));
        if (value instanceof String text) {
            return repeatable((long) count * text.length(), text).repeat(count);
        }
        List<?> list = (List<?>) value;
        repeatable((long) count * list.size() * 16, "");
        List<Object> repeated = new ArrayList<>();
        for (int i = 0; i < count && !list.isEmpty(); i++) {
            repeated.addAll(list);
        }
        return value instanceof Tuple ? new Tuple(repeated) : repeated;
    }

    private static String repeatable(long length, String text) {
        Rendering.checkLength(length);
        return text;
    }

    static Object divide(Object left, Object right) {
        BigInteger a = whole(left, right, "/");
        BigInteger b = Numbers.whole(right);
        if (a == null || b == null || b.signum() == 0) {
            return Numbers.toFloat(left) / divisor(right);
        }
        return Numbers.finite(
                new BigDecimal(a).divide(new BigDecimal(b), QUOTIENT).doubleValue());
    }

    static Object floorDivide(Object left, Object right) {
        BigInteger a = whole(left, right, "//");
        BigInteger b = Numbers.whole(right);
        if (a == null || b == null) {
            return Floats.floorDivide(Numbers.toFloat(left), divisor(right));
        }
        nonZero(b.signum());
        BigInteger[] parts = a.divideAndRemainder(b);
        boolean down = parts[1].signum() != 0 && parts[1].signum() != b.signum();
        return Numbers.of(down ? parts[0].subtract(BigInteger.ONE) : parts[0]);
    }

    static Object modulo(Object left, Object right) {
        if (left instanceof Markup markup) {
            return markup.percent(right);
        }
        if (left instanceof String format) {
            return PercentFormat.format(format, right);
        }
        BigInteger a = whole(left, right, "%");
        BigInteger b = Numbers.whole(right);
        if (a == null || b == null) {
            return Floats.modulo(Numbers.toFloat(left), divisor(right));
        }
        nonZero(b.signum());
        BigInteger remainder = a.mod(b.abs());
        return Numbers.of(b.signum() < 0 && remainder.signum() != 0 ? remainder.add(b) : remainder);
    }

    private static double divisor(Object value) {
        double divisor = Numbers.toFloat(value);
        nonZero(divisor);
        return divisor;
    }

    private static void nonZero(double divisor) {
        if (divisor == 0) {
            throw new JinjaException("division by zero");
        }
    }

    static Object power(Object left, Object right) {
        BigInteger base = whole(left, right, "**");
        BigInteger exponent = Numbers.whole(right);
        if (base == null || exponent == null || exponent.signum() < 0) {
            return power(Numbers.toFloat(left), Numbers.toFloat(right));
        }
        int times = Numbers.toInt(right, "exponent");
        if ((long) times * Math.max(1, base.bitLength()) > EXPONENT) {
            throw new JinjaException("a number of more than " + EXPONENT + " bits");
        }
        return Numbers.of(base.pow(times));
    }

    private static double power(double base, double exponent) {
        if (base == 0 && exponent < 0) {
            throw new JinjaException("0.0 cannot be raised to a negative power");
        }
        double power = Math.pow(base, exponent);
        if (Double.isNaN(power) && !Double.isNaN(base) && !Double.isNaN(exponent)) {
            throw new JinjaException("found the root of a negative number, expected a positive one");
        }
        if (Double.isInfinite(power) && !Double.isInfinite(base) && !Double.isInfinite(exponent)) {
            throw new JinjaException("numerical result out of range");
        }
        return base == 1 || exponent == 0 ? 1.0 : power;
    }

    static Object signed(Object value, boolean negates) {
        BigInteger whole = whole(value, value, negates ? "-" : "+");
        if (whole == null) {
            return negates ? -Numbers.toDouble(value) : Numbers.toDouble(value);
        }
        return Numbers.of(negates ? whole.negate() : whole);
    }

    /** The left one as a whole number, or null where one of them is a double. */
    private static @org.jspecify.annotations.Nullable BigInteger whole(Object left, Object right, String operator) {
        for (Object each : new Object[] {left, right}) {
            if (each instanceof Undefined undefined) {
                throw undefined.failure();
            }
        }
        if (!Numbers.isNumber(left) || !Numbers.isNumber(right)) {
            throw unsupported(operator, left, right);
        }
        return Numbers.whole(left);
    }

    private static JinjaException unsupported(String operator, Object left, Object right) {
        for (Object each : new Object[] {left, right}) {
            if (each instanceof Undefined undefined) {
                return undefined.failure();
            }
        }
        return new JinjaException("unsupported operand type(s) for " + operator + ": '" + Values.typeName(left)
                + "' and '" + Values.typeName(right) + "'");
    }

    static boolean compare(String operator, Object left, Object right) {
        return switch (operator) {
            case "==" -> Equality.equal(left, right);
            case "!=" -> !Equality.equal(left, right);
            case "in" -> contains(right, left);
            case "not in" -> !contains(right, left);
            case "<" -> order(operator, left, right) < 0;
            case "<=" -> order(operator, left, right) <= 0;
            case ">" -> order(operator, left, right) > 0;
            default -> order(operator, left, right) >= 0;
        };
    }

    /** Order of two values of a kind that has one. */
    static int order(String operator, Object left, Object right) {
        if (left instanceof Markup || right instanceof Markup) {
            return order(operator, Markup.plain(left), Markup.plain(right));
        }
        if (left instanceof String a && right instanceof String b) {
            return PythonText.compare(a, b);
        }
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.compare(left, right);
        }
        if (left instanceof List<?> a && right instanceof List<?> b && a instanceof Tuple == b instanceof Tuple) {
            for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                if (!Equality.equal(a.get(i), b.get(i))) {
                    return order(operator, a.get(i), b.get(i));
                }
            }
            return Integer.compare(a.size(), b.size());
        }
        throw unsupported(operator, left, right);
    }

    static boolean contains(Object container, Object value) {
        return switch (container) {
            case Undefined _ -> false;
            case Markup markup -> contains(markup.text(), value);
            case String text ->
                text.contains(Values.requireText(value, "'in <string>' requires string as left operand"));
            case List<?> list -> Equality.contains(list, value);
            case Map<?, ?> map -> MapKeys.contains(map, value);
            case MapView view when view.part() == MapView.Part.KEYS -> MapKeys.contains(view.map(), value);
            case Walkable walkable -> Equality.contains(walkable.iterator(), value);
            default ->
                throw new JinjaException("argument of type '" + Values.typeName(container) + "' is not iterable");
        };
    }
}
