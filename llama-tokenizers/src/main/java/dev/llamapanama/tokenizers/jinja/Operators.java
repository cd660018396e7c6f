// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;

/** Python's operators. */
final class Operators {
    private static final int BITS = 10_000;

    /** So many digits that rounding twice differs from rounding once in no case that occurs. */
    private static final MathContext QUOTIENT = new MathContext(60);

    private Operators() {}

    static Object add(Object left, Object right) {
        if (Markup.isConcatenation(left, right)) {
            return Markup.concatenate(left, right);
        }
        if (left instanceof String a && right instanceof String b) {
            Rendering.checkLength((long) a.length() + b.length());
            return a + b;
        }
        if (left instanceof List<?> a && right instanceof List<?> b && a instanceof Tuple == b instanceof Tuple) {
            List<Object> joined = new ArrayList<>(a);
            joined.addAll(b);
            return a instanceof Tuple ? new Tuple(joined) : joined;
        }
        return compute("+", left, right, BigInteger::add, Double::sum);
    }

    static Object subtract(Object left, Object right) {
        return compute("-", left, right, BigInteger::subtract, (a, b) -> a - b);
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
        return compute("*", left, right, Operators::product, (a, b) -> a * b);
    }

    private static BigInteger product(BigInteger left, BigInteger right) {
        checkBits((long) left.bitLength() + right.bitLength());
        return left.multiply(right);
    }

    private static void checkBits(long bits) {
        if (bits > BITS) {
            throw new JinjaException("a number of more than " + BITS + " bits");
        }
    }

    private static Object repeat(Object value, Object times) {
        if (Numbers.whole(times) == null) {
            throw unsupported("*", value, times);
        }
        int count = Math.max(0, Numbers.toInt(times, "repetitions"));
        if (value instanceof String text) {
            Rendering.checkLength((long) count * text.length());
            return text.repeat(count);
        }
        List<?> list = (List<?>) value;
        Rendering.checkLength((long) count * list.size() * 16);
        List<Object> repeated = new ArrayList<>();
        for (int i = 0; i < count && !list.isEmpty(); i++) {
            repeated.addAll(list);
        }
        return value instanceof Tuple ? new Tuple(repeated) : repeated;
    }

    static Object divide(Object left, Object right) {
        requireNumbers("/", left, right);
        BigInteger a = Numbers.whole(left);
        BigInteger b = Numbers.whole(right);
        if (a == null || b == null || b.signum() == 0) {
            return Numbers.toFloat(left) / nonZero(Numbers.toFloat(right));
        }
        return Numbers.finite(
                new BigDecimal(a).divide(new BigDecimal(b), QUOTIENT).doubleValue());
    }

    static Object floorDivide(Object left, Object right) {
        return compute("//", left, right, Operators::floor, (a, b) -> Floats.floorDivide(a, nonZero(b)));
    }

    private static BigInteger floor(BigInteger left, BigInteger right) {
        nonZero(right.signum());
        BigInteger[] parts = left.divideAndRemainder(right);
        boolean down = parts[1].signum() != 0 && parts[1].signum() != right.signum();
        return down ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }

    static Object modulo(Object left, Object right) {
        if (left instanceof Markup markup) {
            return markup.percent(right);
        }
        if (left instanceof String format) {
            return PercentFormat.format(format, right);
        }
        return compute("%", left, right, Operators::remainder, (a, b) -> Floats.modulo(a, nonZero(b)));
    }

    private static BigInteger remainder(BigInteger left, BigInteger right) {
        nonZero(right.signum());
        BigInteger remainder = left.mod(right.abs());
        return right.signum() < 0 && remainder.signum() != 0 ? remainder.add(right) : remainder;
    }

    private static double nonZero(double divisor) {
        if (divisor == 0) {
            throw new JinjaException("division by zero");
        }
        return divisor;
    }

    static Object power(Object left, Object right) {
        requireNumbers("**", left, right);
        BigInteger base = Numbers.whole(left);
        BigInteger exponent = Numbers.whole(right);
        if (base == null || exponent == null || exponent.signum() < 0) {
            return Floats.power(Numbers.toFloat(left), Numbers.toFloat(right));
        }
        int times = Numbers.toInt(right, "exponent");
        checkBits((long) times * Math.max(1, base.bitLength()));
        return Numbers.of(base.pow(times));
    }

    static Object signed(Object value, boolean negates) {
        requireNumbers(negates ? "-" : "+", value, value);
        BigInteger whole = Numbers.whole(value);
        if (whole == null) {
            return negates ? -Numbers.toDouble(value) : Numbers.toDouble(value);
        }
        return Numbers.of(negates ? whole.negate() : whole);
    }

    /** Computes with whole numbers, or with floats where one of them is one. */
    private static Object compute(
            String operator,
            Object left,
            Object right,
            BinaryOperator<BigInteger> wholes,
            DoubleBinaryOperator floats) {
        requireNumbers(operator, left, right);
        BigInteger a = Numbers.whole(left);
        BigInteger b = Numbers.whole(right);
        return a == null || b == null
                ? (Object) floats.applyAsDouble(Numbers.toFloat(left), Numbers.toFloat(right))
                : Numbers.of(wholes.apply(a, b));
    }

    private static void requireNumbers(String operator, Object left, Object right) {
        if (!Numbers.isNumber(left) || !Numbers.isNumber(right)) {
            throw unsupported(operator, left, right);
        }
    }

    private static JinjaException unsupported(String operator, Object left, Object right) {
        for (Object each : List.of(left, right)) {
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
