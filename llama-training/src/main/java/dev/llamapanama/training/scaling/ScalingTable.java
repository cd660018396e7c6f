// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A report as CSV. */
final class ScalingTable {
    private static final String COLUMNS =
            "member,parameters,tokens,compute,loss,by_compute,by_compute_low,by_compute_high,by_size,by_size_low,by_size_high\n";

    private final ScalingReport report;

    ScalingTable(ScalingReport report) {
        this.report = report;
    }

    String csv() {
        String points = report.points().stream().map(this::row).collect(Collectors.joining());
        ScalingTarget target = report.target();
        return COLUMNS + points + (target == null ? "" : row(target));
    }

    private String row(ScalingPoint point) {
        ScalingLaws laws = report.laws();
        ParametricLaw bySize = laws.bySize();
        return row(
                point.member(),
                point.parameters(),
                point.tokens(),
                point.compute(),
                point.loss(),
                laws.byCompute().loss(point.compute()),
                null,
                null,
                bySize == null ? null : bySize.loss(point),
                null,
                null);
    }

    private static String row(ScalingTarget target) {
        Stream<@Nullable Object> own =
                Stream.of(target.member(), target.parameters(), target.tokens(), target.compute(), target.loss());
        Stream<@Nullable Object> predicted =
                target.predictions().stream().flatMap(one -> Stream.of(one.loss(), one.low(), one.high()));
        Stream<@Nullable Object> missing = target.predictions().size() > 1 ? Stream.of() : Stream.of("", "", "");
        return joined(Stream.of(own, predicted, missing).flatMap(columns -> columns));
    }

    private static String row(@Nullable Object... columns) {
        return joined(Stream.of(columns));
    }

    private static String joined(Stream<@Nullable Object> columns) {
        return columns.map(value -> value == null ? "" : value.toString()).collect(Collectors.joining(",", "", "\n"));
    }
}
