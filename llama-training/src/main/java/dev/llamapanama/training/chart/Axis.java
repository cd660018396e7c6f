// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.chart;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A range of values, and the round ones among them that are named.
 *
 * @param low its begin
 * @param high its end, above its begin
 * @param logarithmic whether equal ratios are equally long, in place of equal differences
 * @param ticks round values within
 */
public record Axis(double low, double high, boolean logarithmic, List<Double> ticks) {
    private static final int TICKS = 6;
    /** Ratios of ends, from which on ticks are only powers of ten, or 1, 2 and 5 times those. */
    private static final double DECADES = 2_000, HALF_DECADES = 8;

    private static final double LEAST_RANGE = 1e-6;

    /** Copies the list. */
    public Axis {
        ticks = List.copyOf(ticks);
    }

    /**
     * Equal differences, from end to end.
     *
     * @param leastTick the least difference of ticks
     */
    public static Axis linear(double low, double high, double leastTick) {
        return new Axis(low, high, false, multiples(low, high, Math.max(leastTick, tick(high - low))));
    }

    /** Equal differences; the ends are moved outwards to ticks. */
    public static Axis rounded(double low, double high) {
        double tick = tick(high - low);
        double first = Math.floor(low / tick) * tick;
        double last = Math.max(Math.ceil(high / tick) * tick, first + tick);
        return new Axis(first, last, false, multiples(first, last, tick));
    }

    /** Equal ratios, from end to end; both are above 0. */
    public static Axis logarithmic(double low, double high) {
        double ratio = high / low;
        List<Double> ticks = ratio < HALF_DECADES
                ? multiples(low, high, tick(high - low))
                : powers(low, high, ratio < DECADES ? new int[] {1, 2, 5} : new int[] {1});
        return new Axis(low, high, true, ticks);
    }

    /** 1, 2 or 5 times a power of ten. */
    private static double tick(double range) {
        double raw = Math.max(range, LEAST_RANGE) / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double part = raw / power;
        return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
    }

    private static List<Double> multiples(double low, double high, double tick) {
        List<Double> ticks = new ArrayList<>();
        double rounding = tick / 1e6;
        for (long i = (long) Math.ceil((low - rounding) / tick); i * tick <= high + rounding; i++) {
            ticks.add(i * tick);
        }
        return ticks;
    }

    private static List<Double> powers(double low, double high, int[] factors) {
        List<Double> ticks = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(low)); Math.pow(10, power) <= high; power++) {
            for (int factor : factors) {
                double tick = factor * Math.pow(10, power);
                if (tick >= low && tick <= high) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    /** How far along a value lies: 0 at the begin, 1 at the end. */
    public double share(double value) {
        return logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    }

    /** A value as it is named: large and small ones by their power of ten. */
    public static String label(double value) {
        double size = Math.abs(value);
        BigDecimal digits = new BigDecimal(String.format(Locale.ROOT, "%.6g", value)).stripTrailingZeros();
        if (digits.signum() == 0) {
            return "0";
        }
        if (size >= 1e9 || size < 1e-5) {
            int power = digits.precision() - digits.scale() - 1;
            return digits.movePointLeft(power).stripTrailingZeros().toPlainString() + "e" + power;
        }
        return digits.toPlainString();
    }
}
