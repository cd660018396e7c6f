// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tensor.DType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class RegressionCheckTest {
    private static final List<DType> TYPES = List.of(DType.F32, DType.Q8_0);

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final RegressionCheck check = new RegressionCheck(new PrintStream(printed, true, StandardCharsets.UTF_8));
    private final List<DType> attempts = new ArrayList<>();

    @Test
    void aFailureThatGoesAwayIsNone() {
        int status = check.run(TYPES, type -> {
            attempts.add(type);
            return attempts.size() >= 2;
        });
        assertEquals(0, status);
        assertEquals(List.of(DType.F32, DType.F32, DType.Q8_0), attempts);
    }

    @Test
    void aFailureThatStaysIsNamed() {
        int status = check.run(TYPES, type -> {
            attempts.add(type);
            return type == DType.F32;
        });
        assertEquals(1, status);
        assertEquals(List.of(DType.F32, DType.Q8_0, DType.Q8_0), attempts);
        String message = printed.toString(StandardCharsets.UTF_8);
        assertTrue(message.startsWith("too slow in each of 2 attempts: [Q8_0]"), message);
    }

    @Test
    void aFindingPassesFromItsLeastOn() {
        assertTrue(new Finding("", 2, 2).passed());
        assertFalse(new Finding("", Math.nextDown(2.0), 2).passed());
        assertFalse(new Finding("", Double.NaN, 2).passed());
        assertEquals("Q8_0: 1.50, at least 2.00: FAILED", new Finding("Q8_0", 1.5, 2).toString());
        assertEquals("Q8_0: 2.50, at least 2.00: ok", new Finding("Q8_0", 2.5, 2).toString());
    }

    /** Time is what the operations say; at times something else takes the machine from the second. */
    @Test
    void theRatioIsTheMedianOfRounds() {
        int[] calls = {0};
        assertEquals(3, ratio(2, () -> calls[0]++ % 12 < 2 ? 400 : 10), 0.01);
    }

    @Test
    void codeThatIsCompiledLateIsWaitedFor() {
        int[] calls = {0};
        assertEquals(3, ratio(2, () -> calls[0]++ < 100 ? 90 : 10), 0.01);
        assertTrue(calls[0] > 100);
    }

    @Test
    void aRatioThatStaysLowIsReturned() {
        assertEquals(1.5, ratio(2, () -> 20), 0.01);
    }

    /** Of an operation that takes 30 ms and one that says how many it takes. */
    private static double ratio(double enough, IntSupplier milliseconds) {
        long[] now = {0};
        return new Interleaved(() -> now[0])
                .medianRatio(() -> now[0] += 30_000_000, () -> now[0] += 1_000_000L * milliseconds.getAsInt(), enough);
    }
}
