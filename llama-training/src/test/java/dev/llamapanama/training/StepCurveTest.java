// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StepCurveTest {
    private static final Pattern TEXT = Pattern.compile("<text[^>]*>([^<]*)</text>");
    private static final Pattern LINE = Pattern.compile("<polyline points=\"([^\"]*)\"");

    private static List<TrainingStep> steps(long count) {
        return LongStream.rangeClosed(1, count)
                .mapToObj(i -> new TrainingStep(
                        i, 100 * i, 1 + 7.0 / i, i % 100 == 0 ? 1 + 8.0 / i : null, 1e-3, 1, 1000, Map.of()))
                .toList();
    }

    private static List<String> found(Pattern pattern, String svg) {
        return pattern.matcher(svg)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static double[][] points(String svg, int line) {
        return Arrays.stream(found(LINE, svg).get(line).split(" ", -1))
                .map(point -> Arrays.stream(point.split(",", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toArray(double[][]::new);
    }

    @Test
    void axesHaveRoundNumbers() {
        String svg = StepCurve.ofLoss(steps(1_000)).svg();

        List<String> texts = found(TEXT, svg);
        assertTrue(texts.containsAll(List.of("1", "2", "4", "7", "200", "1000", "training", "held out")), svg);
        double[][] training = points(svg, 0);
        assertEquals(500, training.length);
        assertTrue(training[0][1] < training[499][1], "a falling loss goes down");
        assertEquals(10, points(svg, 1).length);
        for (double[] point : training) {
            assertTrue(point[0] >= 60 && point[0] <= 780 && point[1] >= 20 && point[1] <= 400, Arrays.toString(point));
        }
    }

    @Test
    void oneStepIsEnough() {
        String svg = StepCurve.ofLoss(steps(1)).svg();
        assertEquals(1, points(svg, 0).length);
        assertFalse(found(TEXT, svg).contains("held out"));
    }
}
