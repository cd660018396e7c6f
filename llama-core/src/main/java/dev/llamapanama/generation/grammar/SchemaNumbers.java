// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.DecimalRanges.Bound;
import dev.llamapanama.generation.grammar.Expression.Machine;
import dev.llamapanama.generation.grammar.Network.Edge;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Numbers of a schema. Bounds are exact; where one side has none, numbers go as far as {@link JsonRules} has them. */
final class SchemaNumbers {
    private static final int MAX_MODULUS = 1000;
    private static final int WHOLE_DIGITS = 18;
    private static final int DIGITS = 15;

    private SchemaNumbers() {}

    /** What lies between two bounds. */
    record Range(@Nullable Bound low, @Nullable Bound high) {
        boolean isApartFrom(Range other) {
            return ends(high, other.low) || ends(other.high, low);
        }

        private static boolean ends(@Nullable Bound high, @Nullable Bound low) {
            if (high == null || low == null) {
                return false;
            }
            int order = high.value().compareTo(low.value());
            return order < 0 || (order == 0 && !(high.included() && low.included()));
        }

        boolean contains(BigDecimal value) {
            Bound point = new Bound(value, true);
            return !ends(point, low) && !ends(high, point);
        }

        boolean isUnbounded() {
            return low == null && high == null;
        }
    }

    static Range range(SchemaConjunction conjunction) {
        Bound low = null;
        Bound high = null;
        for (SchemaSite site : conjunction.sites()) {
            low = tighter(tighter(low, bound(site, "minimum"), 1), bound(site, "exclusiveMinimum"), 1);
            high = tighter(tighter(high, bound(site, "maximum"), -1), bound(site, "exclusiveMaximum"), -1);
        }
        return new Range(low, high);
    }

    private static @Nullable Bound bound(SchemaSite site, String keyword) {
        BigDecimal value = site.number(keyword);
        return value == null ? null : new Bound(value, !keyword.startsWith("exclusive"));
    }

    private static @Nullable Bound tighter(@Nullable Bound one, @Nullable Bound other, int sign) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        int order = sign * Integer.signum(one.value().compareTo(other.value()));
        return order > 0 || (order == 0 && !one.included()) ? one : other;
    }

    static boolean admits(SchemaConjunction conjunction, BigDecimal value) {
        return range(conjunction).contains(value)
                && divisors(conjunction).stream()
                        .allMatch(divisor -> value.remainder(divisor).signum() == 0);
    }

    private static List<BigDecimal> divisors(SchemaConjunction conjunction) {
        List<BigDecimal> divisors = new ArrayList<>();
        conjunction.with("multipleOf").forEach(site -> {
            BigDecimal divisor = site.number("multipleOf");
            if (divisor == null || divisor.signum() <= 0) {
                throw site.refuse("multipleOf", String.valueOf(divisor), "a number above 0");
            }
            divisors.add(divisor.stripTrailingZeros());
        });
        return divisors;
    }

    /** Whole numbers, or any. */
    static Expression of(SchemaConjunction conjunction, boolean whole) {
        List<BigDecimal> divisors = divisors(conjunction);
        // All whole numbers are multiples of these.
        List<BigDecimal> ofOne = divisors.stream()
                .filter(divisor -> BigDecimal.ONE.remainder(divisor).signum() == 0)
                .toList();
        List<BigDecimal> others = new ArrayList<>(divisors);
        others.removeAll(ofOne);
        if (whole || !others.isEmpty()) {
            return wholeNumbers(conjunction, others);
        }
        Range range = range(conjunction);
        if (range.isUnbounded() && divisors.isEmpty()) {
            return JsonRules.NUMBER;
        }
        int places = DIGITS;
        for (BigDecimal divisor : divisors) {
            boolean tenth = divisor.unscaledValue().equals(BigInteger.ONE);
            require(tenth && divisor.scale() >= 0, conjunction, "a whole number, or 0.1, 0.01 and so on");
            places = Math.min(places, divisor.scale());
        }
        Range ends = withEnds(range, DIGITS);
        return new DecimalRanges(places).between(bound(ends.low()), bound(ends.high()));
    }

    private static Bound bound(@Nullable Bound bound) {
        return Objects.requireNonNull(bound);
    }

    private static void require(boolean condition, SchemaConjunction conjunction, String expected) {
        if (!condition) {
            SchemaSite site = conjunction.with("multipleOf").findFirst().orElseThrow();
            throw site.refuse("multipleOf", String.valueOf(site.number("multipleOf")), expected);
        }
    }

    /** Where an end is missing, one that has so many digits, or one more than the other end. */
    private static Range withEnds(Range range, int digits) {
        Bound low = range.low() != null
                ? range.low()
                : farthest(range.high(), digits).negate();
        Bound high = range.high() != null ? range.high() : farthest(range.low(), digits);
        return new Range(low, high);
    }

    private static Bound farthest(@Nullable Bound other, int digits) {
        int length = other == null
                ? 0
                : 1 + other.value().toBigInteger().abs().toString().length();
        BigInteger end = BigInteger.TEN.pow(Math.max(digits, length)).subtract(BigInteger.ONE);
        return new Bound(new BigDecimal(end), true);
    }

    private static Expression wholeNumbers(SchemaConjunction conjunction, List<BigDecimal> divisors) {
        Range range = range(conjunction);
        require(divisors.stream().allMatch(SchemaType::isWhole), conjunction, "a whole number");
        BigInteger modulus =
                divisors.stream().map(BigDecimal::toBigIntegerExact).reduce(BigInteger.ONE, SchemaNumbers::common);
        if (modulus.equals(BigInteger.ONE) && range.isUnbounded()) {
            return JsonRules.INTEGER;
        }
        Range ends = withEnds(range, WHOLE_DIGITS);
        Expression numbers = DecimalRanges.wholeNumbers(bound(ends.low()), bound(ends.high()));
        if (modulus.equals(BigInteger.ONE)) {
            return numbers;
        }
        require(modulus.compareTo(BigInteger.valueOf(MAX_MODULUS)) <= 0, conjunction, "at most " + MAX_MODULUS);
        String place = conjunction.place();
        Network multiples = Network.of(numbers, place).and(multiples(modulus.intValue()), place);
        return new Machine(multiples, Expression.Characters::new);
    }

    private static BigInteger common(BigInteger one, BigInteger other) {
        return one.divide(one.gcd(other)).multiply(other);
    }

    /** Digits of which the number is a multiple: state 0 is the start, 1 comes after the sign, then come the remainders. */
    private static Network multiples(int modulus) {
        List<List<Edge>> edges = new ArrayList<>();
        for (int state = 0; state < modulus + 2; state++) {
            List<Edge> leaving = new ArrayList<>();
            for (int digit = 0; digit < 10; digit++) {
                int remainder = (Math.max(state - 2, 0) * 10 + digit) % modulus;
                leaving.add(new Edge(CodePoints.of('0' + digit), 2 + remainder));
            }
            edges.add(leaving);
        }
        edges.getFirst().add(new Edge(CodePoints.of('-'), 1));
        BitSet ends = new BitSet();
        ends.set(2);
        return new Network(edges, ends);
    }
}
