// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import dev.llamapanama.training.chart.Axis;
import dev.llamapanama.training.chart.Chart;
import dev.llamapanama.training.chart.Chart.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The loss over compute: the points of each shape in one colour with what the law of size says of it, the law of compute along the best of them, and predictions
 * with their intervals beside what was come to.
 */
final class ScalingChart {
    private static final List<String> SHAPES =
            List.of("#1f77b4", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf");
    private static final String BY_COMPUTE = "black", BY_SIZE = "#ff7f0e", TRAINED = "#d62728";
    private static final int LEGEND = 210;
    private static final int PARTS = 100;
    private static final double THICK = 1.5, THIN = 0.7;
    /** Part of the axis that is left empty at each end, and that lies between intervals of one model. */
    private static final double MARGIN = 0.05, APART = 0.015;

    private final ScalingReport report;
    private final double least;
    private final double most;
    private final double ratio;

    ScalingChart(ScalingReport report) {
        this.report = report;
        ScalingTarget target = report.target();
        double[] computes = DoubleStream.concat(
                        report.points().stream().mapToDouble(ScalingPoint::compute),
                        target == null ? DoubleStream.empty() : DoubleStream.of(target.compute()))
                .toArray();
        least = DoubleStream.of(computes).min().orElseThrow();
        most = DoubleStream.of(computes).max().orElseThrow();
        ratio = most / least;
    }

    String svg() {
        Axis across = Axis.logarithmic(least * Math.pow(ratio, -MARGIN), most * Math.pow(ratio, MARGIN));
        Chart chart = new Chart(across, "compute (operations)", up(), "held-out loss (nats)", LEGEND);
        shapes(chart);
        chart.line(curve(report.laws().byCompute()::loss, least, most), BY_COMPUTE, THICK);
        chart.legend(BY_COMPUTE, "law of compute");
        ScalingTarget target = report.target();
        if (target != null) {
            target(chart, target);
        }
        return chart.svg();
    }

    private Axis up() {
        ComputeLaw law = report.laws().byCompute();
        DoubleStream known = DoubleStream.concat(
                report.points().stream().mapToDouble(ScalingPoint::loss),
                DoubleStream.of(law.loss(least), law.loss(most)));
        ScalingTarget target = report.target();
        DoubleStream predicted = target == null
                ? DoubleStream.empty()
                : target.predictions().stream().flatMapToDouble(one -> DoubleStream.of(one.low(), one.high()));
        DoubleStream trained =
                Stream.ofNullable(target == null ? null : target.loss()).mapToDouble(loss -> loss);
        double[] losses = DoubleStream.concat(known, DoubleStream.concat(predicted, trained))
                .toArray();
        return Axis.rounded(
                DoubleStream.of(losses).min().orElseThrow(),
                DoubleStream.of(losses).max().orElseThrow());
    }

    private void shapes(Chart chart) {
        List<String> shapes =
                report.points().stream().map(ScalingPoint::shape).distinct().toList();
        for (int i = 0; i < shapes.size(); i++) {
            String shape = shapes.get(i);
            String colour = SHAPES.get(i % SHAPES.size());
            List<ScalingPoint> points = report.points().stream()
                    .filter(point -> point.shape().equals(shape))
                    .toList();
            ofSize(chart, points, colour);
            for (ScalingPoint point : points) {
                chart.disc(new Point(point.compute(), point.loss()), 4, colour, point.member() + ": " + point.loss());
            }
            String size = Axis.label((double) points.getFirst().parameters());
            chart.legend(colour, shape + " (" + size + " weights)");
        }
    }

    private void ofSize(Chart chart, List<ScalingPoint> points, String colour) {
        ParametricLaw law = report.laws().bySize();
        if (law == null) {
            return;
        }
        double parameters = (double) points.getFirst().parameters();
        double[] computes = points.stream().mapToDouble(ScalingPoint::compute).toArray();
        DoubleUnaryOperator loss = compute -> law.loss(parameters, ScalingPoint.tokens(compute, parameters));
        chart.line(
                curve(
                        loss,
                        DoubleStream.of(computes).min().orElseThrow(),
                        DoubleStream.of(computes).max().orElseThrow()),
                colour,
                THIN);
    }

    private void target(Chart chart, ScalingTarget target) {
        for (int i = 0; i < target.predictions().size(); i++) {
            Prediction prediction = target.predictions().get(i);
            String colour = i == 0 ? BY_COMPUTE : BY_SIZE;
            String title = "by " + prediction.law() + ": " + prediction.loss() + ", " + prediction.low() + " to "
                    + prediction.high();
            Point place = new Point(target.compute() * Math.pow(ratio, i * APART), prediction.loss());
            chart.interval(place, prediction.low(), prediction.high(), colour, title);
            if (i > 0) {
                chart.legend(colour, "predicted by size");
            }
        }
        Double loss = target.loss();
        if (loss != null) {
            chart.disc(new Point(target.compute(), loss), 4, TRAINED, target.member() + ": " + loss);
            chart.legend(TRAINED, target.member() + ", trained");
        }
    }

    private static List<Point> curve(DoubleUnaryOperator loss, double from, double to) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i <= PARTS; i++) {
            double compute = from * Math.pow(to / from, (double) i / PARTS);
            points.add(new Point(compute, loss.applyAsDouble(compute)));
        }
        return points;
    }
}
