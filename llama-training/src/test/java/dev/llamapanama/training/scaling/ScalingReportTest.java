// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScalingReportTest {
    private static final List<ScalingPoint> POINTS = Points.along(new ComputeLaw(0, 40, 0.08), 4, 3);

    private static ScalingReport report(@Nullable ScalingTarget target) {
        return new ScalingReport(POINTS, ScalingLaws.ofAnyCompute(POINTS), target);
    }

    private static ScalingTarget target() {
        List<Prediction> predictions =
                List.of(new Prediction("compute", 3.5, 3.4, 3.6), new Prediction("size", 3.52, 3.45, 3.59));
        return new ScalingTarget("large", 2_000_000, 40_000_000, predictions);
    }

    private static long count(String text, String part) {
        return Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
    }

    @Test
    void theChartShowsPointsLawsAndPredictions() {
        String alone = report(null).svg();
        assertEquals(4, count(alone, "<circle"));
        assertEquals(1, count(alone, "<polyline"));
        assertTrue(alone.contains(">1e12<") && alone.contains(">law of compute<"), alone);
        assertFalse(alone.contains("by compute"), alone);

        String predicted = report(target()).svg();
        assertEquals(4 + 2, count(predicted, "<circle"));
        assertTrue(predicted.contains("<title>by compute: 3.5, 3.4 to 3.6</title>"), predicted);
        assertTrue(predicted.contains("<title>by size: 3.52, 3.45 to 3.59</title>"), predicted);
        assertFalse(predicted.contains("large, trained"), predicted);

        String trained = report(target().trained(3.47)).svg();
        assertEquals(4 + 3, count(trained, "<circle"));
        assertTrue(trained.contains(">large, trained<") && trained.contains("<title>large: 3.47</title>"), trained);
    }

    @Test
    void nothingLiesOutsideTheAxes() {
        String svg = report(target().trained(3.2)).svg();
        Pattern.compile("cx=\"([0-9.]+)\" cy=\"([0-9.]+)\"")
                .matcher(svg)
                .results()
                .forEach(disc -> {
                    double x = Double.parseDouble(disc.group(1));
                    double y = Double.parseDouble(disc.group(2));
                    assertTrue(x > 60 && x < 780 && y >= 20 && y <= 400, disc.group());
                });
    }

    @Test
    void theTableHasAColumnForEachValue() {
        List<String> lines = report(target().trained(3.47)).csv().lines().toList();
        assertEquals(1 + POINTS.size() + 1, lines.size());
        lines.forEach(line -> assertEquals(11, line.split(",", -1).length, line));
        assertTrue(lines.get(1).startsWith("m0," + POINTS.getFirst().parameters() + ","), lines.get(1));
        assertEquals("large,2000000,40000000,4.8E14,3.47,3.5,3.4,3.6,3.52,3.45,3.59", lines.getLast());
        String byComputeOnly = report(new ScalingTarget(
                        "large", 2_000_000, 40_000_000, target().predictions().subList(0, 1)))
                .csv();
        assertTrue(byComputeOnly.endsWith("large,2000000,40000000,4.8E14,,3.5,3.4,3.6,,,\n"), byComputeOnly);
    }
}
