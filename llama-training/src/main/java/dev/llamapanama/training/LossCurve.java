// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Losses over steps, as SVG. Where there are more steps than can be seen, each point is the mean of several. */
final class LossCurve {
    private static final int WIDTH = 800, HEIGHT = 450;
    private static final int LEFT = 60, RIGHT = 20, TOP = 20, BOTTOM = 50;
    private static final int POINTS = 700;
    private static final int TICKS = 6;
    private static final String TRAINING = "#1f77b4", HELD_OUT = "#d62728";

    private final List<TrainingStep> steps;
    private final double first;
    private final double last;
    private final double lowest;
    private final double highest;
    private final double stepTick;
    private final double lossTick;

    private record Point(double step, double loss) {}

    LossCurve(List<TrainingStep> steps) {
        this.steps = steps;
        double low = Double.MAX_VALUE;
        double high = -Double.MAX_VALUE;
        for (Point point : both()) {
            low = Math.min(low, point.loss);
            high = Math.max(high, point.loss);
        }
        first = steps.getFirst().step();
        last = Math.max(first + 1, (double) steps.getLast().step());
        stepTick = Math.max(1, tick(last - first));
        lossTick = tick(high - low);
        lowest = Math.floor(low / lossTick) * lossTick;
        highest = Math.max(Math.ceil(high / lossTick) * lossTick, lowest + lossTick);
    }

    /** 1, 2 or 5 times a power of ten. */
    private static double tick(double range) {
        double raw = Math.max(range, 1e-6) / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double part = raw / power;
        return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
    }

    private List<Point> both() {
        List<Point> points = new ArrayList<>(training());
        points.addAll(heldOut());
        return points;
    }

    private List<Point> training() {
        int each = (steps.size() + POINTS - 1) / POINTS;
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < steps.size(); i += each) {
            List<TrainingStep> some = steps.subList(i, Math.min(steps.size(), i + each));
            double loss =
                    some.stream().mapToDouble(TrainingStep::loss).average().orElseThrow();
            points.add(new Point(
                    some.stream().mapToLong(TrainingStep::step).average().orElseThrow(), loss));
        }
        return points;
    }

    private List<Point> heldOut() {
        List<Point> points = new ArrayList<>();
        for (TrainingStep step : steps) {
            Double loss = step.heldOutLoss();
            if (loss != null) {
                points.add(new Point((double) step.step(), loss));
            }
        }
        return points;
    }

    String svg() {
        StringBuilder svg = new StringBuilder(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n",
                WIDTH, HEIGHT, WIDTH, HEIGHT));
        axes(svg);
        line(svg, training(), TRAINING);
        List<Point> heldOut = heldOut();
        legend(svg, 0, TRAINING, "training");
        if (!heldOut.isEmpty()) {
            line(svg, heldOut, HELD_OUT);
            legend(svg, 1, HELD_OUT, "held out");
        }
        return svg.append("</svg>\n").toString();
    }

    private void axes(StringBuilder svg) {
        int right = WIDTH - RIGHT;
        int bottom = HEIGHT - BOTTOM;
        for (long i = Math.round(lowest / lossTick); i <= Math.round(highest / lossTick); i++) {
            double y = y(i * lossTick);
            svg.append(format("<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>%n", LEFT, y, right));
            text(svg, LEFT - 8, y + 4, "end", label(i * lossTick));
        }
        for (long i = (long) Math.ceil(first / stepTick); i * stepTick <= last; i++) {
            double x = x(i * stepTick);
            svg.append(format("<path d=\"M%.1f %dv5\" stroke=\"black\"/>%n", x, bottom));
            text(svg, x, bottom + 18, "middle", label(i * stepTick));
        }
        svg.append(format("<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"black\"/>%n", LEFT, TOP, bottom, right));
        text(svg, (LEFT + right) / 2.0, HEIGHT - 10, "middle", "step");
        svg.append(format(
                "<text transform=\"translate(15 %d) rotate(-90)\" text-anchor=\"middle\">loss (nats)</text>%n",
                (TOP + bottom) / 2));
    }

    private void line(StringBuilder svg, List<Point> points, String colour) {
        String places = points.stream()
                .map(point -> format("%.1f,%.1f", x(point.step), y(point.loss)))
                .collect(Collectors.joining(" "));
        svg.append(
                format("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n", places, colour));
    }

    private static void legend(StringBuilder svg, int row, String colour, String name) {
        int y = TOP + 12 + 18 * row;
        svg.append(
                format("<path d=\"M%d %dh24\" stroke=\"%s\" stroke-width=\"2\"/>%n", WIDTH - RIGHT - 110, y, colour));
        text(svg, WIDTH - RIGHT - 80, y + 4, "start", name);
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append(format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, text));
    }

    private static String label(double value) {
        BigDecimal digits = new BigDecimal(format("%.6g", value)).stripTrailingZeros();
        return digits.signum() == 0 ? "0" : digits.toPlainString();
    }

    private double x(double step) {
        return LEFT + (step - first) / (last - first) * (WIDTH - RIGHT - LEFT);
    }

    private double y(double loss) {
        return HEIGHT - BOTTOM - (loss - lowest) / (highest - lowest) * (HEIGHT - BOTTOM - TOP);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format.replace("%n", "\n"), values);
    }
}
