// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Choice;
import dev.llamapanama.generation.grammar.Expression.Repeat;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Spellings of decimal numbers in a range, digit by digit, without exponents.
 *
 * @param places digits after the point, at most
 */
record DecimalRanges(int places) {

    /** An end of a range, which is in it or not. */
    record Bound(BigDecimal value, boolean included) {
        Bound negate() {
            return new Bound(value.negate(), included);
        }

        BigInteger whole() {
            return value.toBigInteger();
        }

        /** Digits after the point, without zeros at the end. */
        String fraction() {
            BigDecimal rest = value.subtract(new BigDecimal(whole())).stripTrailingZeros();
            return rest.signum() == 0 ? "" : rest.toPlainString().substring(2);
        }
    }

    Expression between(Bound low, Bound high) {
        Bound zero = new Bound(BigDecimal.ZERO, true);
        List<Expression> ways = new ArrayList<>();
        if (low.value.signum() < 0) {
            Bound least = high.value.signum() < 0 ? high.negate() : new Bound(BigDecimal.ZERO, false);
            ways.add(Expression.sequence(Expression.text("-"), unsigned(least, low.negate())));
        }
        if (high.value.signum() >= 0) {
            ways.add(unsigned(low.value.signum() < 0 ? zero : low, high));
        }
        return new Choice(ways);
    }

    private Expression unsigned(Bound low, Bound high) {
        if (low.value.compareTo(high.value) > 0) {
            return Expression.NOTHING;
        }
        BigInteger first = low.whole();
        BigInteger last = high.whole();
        if (first.equals(last)) {
            return Expression.sequence(Expression.text(first.toString()), new Fractions(low, high).expression());
        }
        Expression between = DigitRanges.natural(first.add(BigInteger.ONE), last.subtract(BigInteger.ONE));
        return Expression.choice(
                Expression.sequence(Expression.text(first.toString()), new Fractions(low, null).expression()),
                Expression.sequence(between, new Fractions(null, null).expression()),
                Expression.sequence(Expression.text(last.toString()), new Fractions(null, high).expression()));
    }

    /** What may stand after the digits of a whole number: nothing, or a point and digits, within bounds where there are any. */
    private final class Fractions {
        private final @Nullable Bound low;
        private final @Nullable Bound high;

        Fractions(@Nullable Bound low, @Nullable Bound high) {
            this.low = low;
            this.high = high;
        }

        Expression expression() {
            Expression digits = Expression.sequence(Expression.text("."), oneMore(0, low, high));
            return mayEnd(0, low, high) ? Expression.optional(digits) : digits;
        }

        /** Bounds are those that the digits so far are equal to; null: they are well within. */
        private Expression rest(int at, @Nullable Bound tightLow, @Nullable Bound tightHigh) {
            if (tightLow == null && tightHigh == null) {
                return new Repeat(DigitRanges.digit('0', '9'), 0, places - at);
            }
            Expression more = at == places ? Expression.NOTHING : oneMore(at, tightLow, tightHigh);
            return mayEnd(at, tightLow, tightHigh) ? Expression.optional(more) : more;
        }

        private static boolean mayEnd(int at, @Nullable Bound tightLow, @Nullable Bound tightHigh) {
            boolean enough = tightLow == null
                    || (tightLow.included && digitsFrom(tightLow, at).isEmpty());
            boolean notTooMuch = tightHigh == null
                    || tightHigh.included
                    || !digitsFrom(tightHigh, at).isEmpty();
            return enough && notTooMuch;
        }

        private static String digitsFrom(Bound bound, int at) {
            String digits = bound.fraction();
            return at < digits.length() ? digits.substring(at) : "";
        }

        private static char digitAt(@Nullable Bound bound, int at, char otherwise) {
            if (bound == null) {
                return otherwise;
            }
            String digits = digitsFrom(bound, at);
            return digits.isEmpty() ? '0' : digits.charAt(0);
        }

        private Expression oneMore(int at, @Nullable Bound tightLow, @Nullable Bound tightHigh) {
            if (places == 0) {
                return Expression.NOTHING;
            }
            char first = digitAt(tightLow, at, '0');
            char last = digitAt(tightHigh, at, '9');
            List<Expression> ways = new ArrayList<>();
            for (char digit = first; digit <= last; digit++) {
                Bound stillLow = digit == first ? tightLow : null;
                Bound stillHigh = digit == last ? tightHigh : null;
                ways.add(Expression.sequence(DigitRanges.digit(digit, digit), rest(at + 1, stillLow, stillHigh)));
            }
            return new Choice(ways);
        }
    }

    /** The whole numbers of a range: from the least to the greatest. */
    static Expression wholeNumbers(Bound low, Bound high) {
        return DigitRanges.between(least(low), least(high.negate()).negate());
    }

    /** The least whole number within a lower bound. */
    static BigInteger least(Bound low) {
        BigInteger ceiling = low.value.setScale(0, RoundingMode.CEILING).toBigIntegerExact();
        boolean same = low.value.compareTo(new BigDecimal(ceiling)) == 0;
        return same && !low.included ? ceiling.add(BigInteger.ONE) : ceiling;
    }
}
