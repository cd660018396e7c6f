// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is measured over steps, as SVG: in training, and of what is held out. Where there are more steps than can be seen, each point of the training is the
 * mean of several.
 */
final class StepCurve {
    private static final int WIDTH = 800, HEIGHT = 450;
    private static final int LEFT = 60, RIGHT = 20, TOP = 20, BOTTOM = 50;
    private static final int POINTS = 700;
    private static final int TICKS = 6;
    private static final String TRAINING = "#1f77b4", HELD_OUT = "#d62728";

    private final String label;
    private final List<Point> training;
    private final List<Point> heldOut;
    private final double first;
    private final double last;
    private final double lowest;
    private final double highest;
    private final double stepTick;
    private final double valueTick;

    private record Point(double step, double value) {}

    private StepCurve(
            String label,
            List<TrainingStep> steps,
            Function<TrainingStep, @Nullable Double> ofTraining,
            Function<TrainingStep, @Nullable Double> ofHeldOut) {
        this.label = label;
        training = averaged(points(steps, ofTraining));
        heldOut = points(steps, ofHeldOut);
        double low = Double.MAX_VALUE;
        double high = -Double.MAX_VALUE;
        for (Point point : Stream.concat(training.stream(), heldOut.stream()).toList()) {
            low = Math.min(low, point.value);
            high = Math.max(high, point.value);
        }
        first = steps.getFirst().step();
        last = Math.max(first + 1, (double) steps.getLast().step());
        stepTick = Math.max(1, tick(last - first));
        valueTick = tick(high - low);
        lowest = Math.floor(low / valueTick) * valueTick;
        highest = Math.max(Math.ceil(high / valueTick) * valueTick, lowest + valueTick);
    }

    /** The losses of at least one step. */
    static StepCurve ofLoss(List<TrainingStep> steps) {
        return new StepCurve("loss (nats)", steps, TrainingStep::loss, TrainingStep::heldOutLoss);
    }

    /** One of the further {@linkplain TrainingStep#measures measures} of steps that all have it. */
    static StepCurve of(String measure, List<TrainingStep> steps) {
        String heldOut = TrainingStep.heldOut(measure);
        return new StepCurve(
                measure,
                steps,
                step -> step.measures().get(measure),
                step -> step.measures().get(heldOut));
    }

    /** 1, 2 or 5 times a power of ten. */
    private static double tick(double range) {
        double raw = Math.max(range, 1e-6) / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double part = raw / power;
        return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
    }

    private static List<Point> points(List<TrainingStep> steps, Function<TrainingStep, @Nullable Double> measure) {
        List<Point> points = new ArrayList<>();
        for (TrainingStep step : steps) {
            Double value = measure.apply(step);
            if (value != null) {
                points.add(new Point((double) step.step(), value));
            }
        }
        return points;
    }

    private static List<Point> averaged(List<Point> points) {
        int each = Math.ceilDiv(points.size(), POINTS);
        List<Point> means = new ArrayList<>();
        for (int i = 0; i < points.size(); i += each) {
            List<Point> some = points.subList(i, Math.min(points.size(), i + each));
            means.add(new Point(
                    some.stream().mapToDouble(Point::step).average().orElseThrow(),
                    some.stream().mapToDouble(Point::value).average().orElseThrow()));
        }
        return means;
    }

    String svg() {
        StringBuilder svg = new StringBuilder(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n",
                WIDTH, HEIGHT, WIDTH, HEIGHT));
        axes(svg);
        line(svg, training, TRAINING);
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
        for (long i = Math.round(lowest / valueTick); i <= Math.round(highest / valueTick); i++) {
            double y = y(i * valueTick);
            svg.append(format("<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>%n", LEFT, y, right));
            text(svg, LEFT - 8, y + 4, "end", number(i * valueTick));
        }
        for (long i = (long) Math.ceil(first / stepTick); i * stepTick <= last; i++) {
            double x = x(i * stepTick);
            svg.append(format("<path d=\"M%.1f %dv5\" stroke=\"black\"/>%n", x, bottom));
            text(svg, x, bottom + 18, "middle", number(i * stepTick));
        }
        svg.append(format("<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"black\"/>%n", LEFT, TOP, bottom, right));
        text(svg, (LEFT + right) / 2.0, HEIGHT - 10, "middle", "step");
        svg.append(format(
                "<text transform=\"translate(15 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>%n",
                (TOP + bottom) / 2, label));
    }

    private void line(StringBuilder svg, List<Point> points, String colour) {
        String places = points.stream()
                .map(point -> format("%.1f,%.1f", x(point.step), y(point.value)))
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

    private static String number(double value) {
        BigDecimal digits = new BigDecimal(format("%.6g", value)).stripTrailingZeros();
        return digits.signum() == 0 ? "0" : digits.toPlainString();
    }

    private double x(double step) {
        return LEFT + (step - first) / (last - first) * (WIDTH - RIGHT - LEFT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (value - lowest) / (highest - lowest) * (HEIGHT - BOTTOM - TOP);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format.replace("%n", "\n"), values);
    }
}
