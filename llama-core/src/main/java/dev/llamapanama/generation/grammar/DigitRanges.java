// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Characters;
import dev.llamapanama.generation.grammar.Expression.Choice;
import dev.llamapanama.generation.grammar.Expression.Repeat;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Spellings of whole numbers in a range, digit by digit. */
final class DigitRanges {
    private DigitRanges() {}

    /** From the first to the last, both included. */
    static Expression between(BigInteger low, BigInteger high) {
        List<Expression> ways = new ArrayList<>();
        if (low.signum() < 0) {
            BigInteger least = high.negate().max(BigInteger.ONE);
            ways.add(Expression.sequence(Expression.text("-"), natural(least, low.negate())));
        }
        if (high.signum() >= 0) {
            ways.add(natural(low.max(BigInteger.ZERO), high));
        }
        return new Choice(ways);
    }

    /** Numbers without a sign, length by length. */
    static Expression natural(BigInteger low, BigInteger high) {
        List<Expression> ways = new ArrayList<>();
        BigInteger from = low;
        while (from.compareTo(high) <= 0) {
            int length = from.toString().length();
            BigInteger longest = BigInteger.TEN.pow(length).subtract(BigInteger.ONE);
            ways.add(sameLength(from.toString(), longest.min(high).toString(), 0));
            from = longest.add(BigInteger.ONE);
        }
        return new Choice(ways);
    }

    private static Expression sameLength(String low, String high, int at) {
        if (at == low.length()) {
            return Expression.EMPTY;
        }
        char first = low.charAt(at);
        char last = high.charAt(at);
        if (first == last) {
            return Expression.sequence(digit(first, first), sameLength(low, high, at + 1));
        }
        return Expression.choice(
                Expression.sequence(digit(first, first), atLeast(low, at + 1)),
                Expression.sequence(digit((char) (first + 1), (char) (last - 1)), digits(low.length() - at - 1)),
                Expression.sequence(digit(last, last), atMost(high, at + 1)));
    }

    private static Expression atLeast(String low, int at) {
        if (at == low.length()) {
            return Expression.EMPTY;
        }
        char first = low.charAt(at);
        return Expression.choice(
                Expression.sequence(digit(first, first), atLeast(low, at + 1)),
                Expression.sequence(digit((char) (first + 1), '9'), digits(low.length() - at - 1)));
    }

    private static Expression atMost(String high, int at) {
        if (at == high.length()) {
            return Expression.EMPTY;
        }
        char last = high.charAt(at);
        return Expression.choice(
                Expression.sequence(digit('0', (char) (last - 1)), digits(high.length() - at - 1)),
                Expression.sequence(digit(last, last), atMost(high, at + 1)));
    }

    /** One of a range of digits, which may be empty. */
    static Expression digit(char first, char last) {
        return first > last ? Expression.NOTHING : new Characters(CodePoints.range(first, last));
    }

    private static Expression digits(int count) {
        return new Repeat(digit('0', '9'), count, count);
    }
}
