// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.chart.Axis;
import dev.llamapanama.training.chart.Chart;
import dev.llamapanama.training.chart.Chart.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is measured over steps, as SVG: in training, and of what is held out. Where there are more steps than can be seen, each point of the training is the
 * mean of several.
 */
final class StepCurve {
    private static final int POINTS = 700;
    private static final int LEGEND = 110;
    private static final double LINE = 1.5;
    private static final String TRAINING = "#1f77b4", HELD_OUT = "#d62728";

    private final String label;
    private final List<Point> training;
    private final List<Point> heldOut;
    private final double first;
    private final double last;

    private StepCurve(
            String label,
            List<TrainingStep> steps,
            Function<TrainingStep, @Nullable Double> ofTraining,
            Function<TrainingStep, @Nullable Double> ofHeldOut) {
        this.label = label;
        training = averaged(points(steps, ofTraining));
        heldOut = points(steps, ofHeldOut);
        first = steps.getFirst().step();
        last = Math.max(first + 1, (double) steps.getLast().step());
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
                    some.stream().mapToDouble(Point::x).average().orElseThrow(),
                    some.stream().mapToDouble(Point::y).average().orElseThrow()));
        }
        return means;
    }

    String svg() {
        double low = Double.MAX_VALUE;
        double high = -Double.MAX_VALUE;
        for (Point point : Stream.concat(training.stream(), heldOut.stream()).toList()) {
            low = Math.min(low, point.y());
            high = Math.max(high, point.y());
        }
        Chart chart = new Chart(Axis.linear(first, last, 1), "step", Axis.rounded(low, high), label, LEGEND);
        chart.line(training, TRAINING, LINE);
        chart.legend(TRAINING, "training");
        if (!heldOut.isEmpty()) {
            chart.line(heldOut, HELD_OUT, LINE);
            chart.legend(HELD_OUT, "held out");
        }
        return chart.svg();
    }
}
