// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a clock that goes on when the test says so. */
class WarmUpTest {
    private final Queue<Runnable> started = new ArrayDeque<>();
    private long now;

    /** A kernel that is slow for so many calls, beside loops that take a second. */
    private final class Kernel implements Readiness.Exercise {
        private final int slowCalls;
        private final double fast;
        private int preludes;
        private int calls;

        Kernel(int slowCalls, double fast) {
            this.slowCalls = slowCalls;
            this.fast = fast;
        }

        @Override
        public void prelude() {
            assertEquals(0, calls, "first of all");
            preludes++;
        }

        @Override
        public void withVectors() {
            pass(calls++ < slowCalls ? 30 : fast);
        }

        @Override
        public void withLoops() {
            pass(1);
        }

        private void pass(double seconds) {
            now += (long) (seconds * 1_000_000_000);
        }
    }

    private WarmUp warmUp(Kernel kernel) {
        return warmUp(Readiness.Urgency.PROMPT, 8, kernel);
    }

    private WarmUp warmUp(Readiness.Urgency urgency, int cores, Kernel kernel) {
        return new WarmUp(urgency, () -> kernel, cores, () -> now, started::add);
    }

    @Test
    void aKernelIsReadyWhenItHasBeenFasterAFewTimes() {
        Kernel kernel = new Kernel(1, 0.1);
        WarmUp warmUp = warmUp(kernel);
        assertFalse(warmUp.isReady());
        warmUp.run();
        assertTrue(warmUp.isReady());
        assertTrue(kernel.preludes > 200, "as many as the JIT wants");
        assertEquals(1 + 3, kernel.calls);
    }

    /** What is hardly faster may be so by chance; and a JIT that doesn't compile is no reason to try for ever. */
    @ParameterizedTest
    @ValueSource(doubles = {0.6, 1, 2})
    void aKernelThatIsntMuchFasterNeverIs(double seconds) {
        WarmUp warmUp = warmUp(new Kernel(0, seconds));
        warmUp.run();
        assertFalse(warmUp.isReady());
        assertTrue(now >= 60_000_000_000L);
    }

    @Test
    void itBeginsOnceEnoughHasBeenMissed() {
        WarmUp warmUp = warmUp(new Kernel(0, 0.1));
        warmUp.missed(WarmUp.WORTHWHILE - 1);
        assertTrue(started.isEmpty());
        warmUp.missed(1);
        assertEquals(1, started.size());
        warmUp.missed(10 * WarmUp.WORTHWHILE);
        assertEquals(1, started.size());
        started.remove().run();
        assertTrue(warmUp.isReady());
    }

    @Test
    void itBeginsWhileALargeModelIsLoaded() {
        WarmUp prompt = warmUp(Readiness.Urgency.PROMPT, 2, new Kernel(0, 0.1));
        WarmUp token = warmUp(Readiness.Urgency.TOKEN, 3, new Kernel(0, 0.1));
        for (WarmUp warmUp : List.of(prompt, token)) {
            warmUp.expected(WarmUp.WORTHWHILE / 2);
            assertTrue(started.isEmpty());
            warmUp.expected(WarmUp.WORTHWHILE / 2);
            assertFalse(warmUp.isReady());
            started.remove().run();
            assertTrue(warmUp.isReady());
        }
    }

    /** Without a core to spare the first tokens of a large model are the exercise. */
    @Test
    void onFewCoresKernelsForOneTokenAreUsedAtOnce() {
        WarmUp warmUp = warmUp(Readiness.Urgency.TOKEN, 2, new Kernel(0, 0.1));
        warmUp.expected(WarmUp.WORTHWHILE - 1);
        assertFalse(warmUp.isReady());
        warmUp.expected(1);
        assertTrue(warmUp.isReady());
        assertTrue(started.isEmpty());
    }

    @Test
    void whatNeedsNoExerciseIsReadyOnceEnoughHasBeenMissed() {
        WarmUp warmUp = warmUp(Readiness.Urgency.NONE, 8, new Kernel(0, 0.1));
        warmUp.missed(WarmUp.WORTHWHILE - 1);
        assertFalse(warmUp.isReady());
        warmUp.missed(1);
        assertTrue(warmUp.isReady());
        assertTrue(started.isEmpty());
    }

    @Test
    void promptsComeFirst() {
        List<WarmUp> waiting = new ArrayList<>();
        for (Readiness.Urgency urgency :
                List.of(Readiness.Urgency.TOKEN, Readiness.Urgency.PROMPT, Readiness.Urgency.ROWS)) {
            waiting.add(new WarmUp(urgency, () -> new Kernel(0, 0)));
        }
        List<WarmUp> expected = List.of(waiting.get(1), waiting.get(2), waiting.get(0));
        Collections.sort(waiting);
        assertEquals(expected, waiting);
    }

    /** None fails, and all have a name for the log. */
    @Test
    void exercisesOfAllKernelsRun() {
        List<Readiness.Exercise> exercises = new ArrayList<>();
        TieredKernels kernels = new TieredKernels((urgency, exercise) -> {
            exercises.add(exercise.get());
            return new Readiness.Constant(true);
        });
        assertTrue(exercises.size() > 30, kernels.description());
        for (Readiness.Exercise exercise : exercises) {
            exercise.prelude();
            exercise.withLoops();
            exercise.withVectors();
            assertFalse(exercise.toString().isEmpty());
        }
    }
}
