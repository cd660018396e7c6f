// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the cases of the sets are, and what they cost. */
class WorkTest {
    @ParameterizedTest
    @CsvSource({"7, 1", "7, 7", "7, 3", "128, 128"})
    void attentionCountsThePositionsThatATokenSees(int context, int tokens) {
        double expected = 0;
        for (int position = context - tokens; position < context; position++) {
            for (int seen = 0; seen <= position; seen++) {
                expected += 4 * 10; // a multiply-add for its score and one for its value, each for all 10 elements
            }
        }
        Work work = Work.attention(1000, 10, context, tokens);
        assertEquals(expected, work.flops());
        assertEquals(tokens == 1 ? 1000 : 0, work.bytes());
    }

    @Test
    void sizesAreRowsAndColumns() {
        assertEquals(new MatrixSize(8192, 2048), MatrixSize.parse("8192x2048"));
        assertEquals(1L << 40, new MatrixSize(1 << 20, 1 << 20).elements());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "2048", "2048x", "1x2x3", "ax1", "2048 x 2048"})
    void otherSizesAreRefused(String text) {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> MatrixSize.parse(text))
                .getMessage());
        assertTrue(message.startsWith("size: found " + text + ", expected"), message);
    }

    @Test
    void aMissingParameterIsNamed() {
        Parameters parameters = Parameters.of().with("type", "F32").with("type", "F16");
        assertEquals("F16", parameters.text("type"));
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> parameters.number("tokens"))
                .getMessage());
        assertEquals("parameter tokens: found none among [type]", message);
    }

    @ParameterizedTest
    @EnumSource
    void setsBeginWithTheLimitsAndPutBackendsSideBySide(BenchmarkSet set) {
        List<Case> cases = set.cases(2, List.of(Case.SCALAR, Case.VECTOR));
        assertEquals(Kernel.READ, cases.getFirst().kernel());
        assertEquals(cases.size(), cases.stream().distinct().count());
        for (int i = 0; i < cases.size(); i++) {
            Case what = cases.get(i);
            assertTrue(what.toString().startsWith(what.describe().kernel()), what::toString);
            if (what.backend().equals(Case.SCALAR)) {
                assertEquals(what.on(Case.VECTOR), cases.get(i + 1));
            }
        }
    }
}
