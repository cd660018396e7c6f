// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class LossCurveTest {
    private static List<TrainingStep> steps(long count) {
        return LongStream.rangeClosed(1, count)
                .mapToObj(i ->
                        new TrainingStep(i, 100 * i, 1 + 7.0 / i, i % 100 == 0 ? 1 + 8.0 / i : null, 1e-3, 1, 1000))
                .toList();
    }

    private static Document draw(List<TrainingStep> steps) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(new LossCurve(steps).svg())));
    }

    private static List<String> texts(Document svg) {
        NodeList texts = svg.getElementsByTagName("text");
        return IntStream.range(0, texts.getLength())
                .mapToObj(i -> texts.item(i).getTextContent())
                .toList();
    }

    private static double[][] points(Document svg, int line) {
        String points = ((Element) svg.getElementsByTagName("polyline").item(line)).getAttribute("points");
        return Arrays.stream(points.split(" ", -1))
                .map(point -> Arrays.stream(point.split(",", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toArray(double[][]::new);
    }

    @Test
    void axesHaveRoundNumbers() throws Exception {
        Document svg = draw(steps(1_000));

        assertTrue(texts(svg).containsAll(List.of("1", "2", "4", "7", "200", "1000", "training", "held out")));
        double[][] training = points(svg, 0);
        assertEquals(500, training.length);
        assertTrue(training[0][1] < training[499][1], "a falling loss goes down");
        assertEquals(10, points(svg, 1).length);
        for (double[] point : training) {
            assertTrue(point[0] >= 60 && point[0] <= 780 && point[1] >= 20 && point[1] <= 400, Arrays.toString(point));
        }
    }

    @Test
    void oneStepIsEnough() throws Exception {
        Document svg = draw(steps(1));
        assertEquals(1, points(svg, 0).length);
        assertFalse(texts(svg).contains("held out"));
    }
}
