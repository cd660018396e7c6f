// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tensor.DType;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every benchmark once, as small as it gets: it runs, and its result check passes. Nothing is said of time. */
class SmokeTest {
    private static final CaseRunner ONCE = new CaseRunner(0, 0, 1, Duration.ofMillis(1));

    static Stream<Case> cases() {
        Parameters two = Parameters.of().with("threads", 2);
        Case attention = new Case(
                Kernel.ATTENTION,
                Case.SCALAR,
                two.with("context", 37).with("tokens", 1).with("coldMegabytes", 1));
        Case whole = new Case(
                Kernel.ATTENTION,
                Case.SCALAR,
                two.with("context", 37).with("tokens", 0).with("coldMegabytes", 0));
        Stream<Case> onBackends = Stream.concat(
                Stream.of(attention, whole),
                Stream.of(ElementwiseOp.values())
                        .map(op -> new Case(
                                Kernel.ELEMENTWISE,
                                Case.SCALAR,
                                two.with("op", op).with("tokens", 3))));
        Stream<Case> plain = Stream.concat(
                Stream.of(
                        Case.plain(Kernel.READ, two.with("megabytes", 1)),
                        Case.plain(
                                Kernel.SAMPLING,
                                Parameters.of().with("method", "TOP_P").with("vocabulary", 1000))),
                Stream.of(Kernel.ENCODE, Kernel.DECODE)
                        .map(kernel -> Case.plain(
                                kernel,
                                Parameters.of()
                                        .with("vocabulary", "SENTENCEPIECE")
                                        .with("characters", 300))));
        return Stream.concat(onBackends.flatMap(what -> Stream.of(what, what.on(Case.VECTOR))), plain);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void runs(Case what) {
        Measured measured = ONCE.run(what);
        assertEquals(what, measured.what());
        assertTrue(measured.seconds() > 0);
    }

    /** On the simulated driver, several layers in a call. */
    @ParameterizedTest
    @CsvSource({"F32", "F16", "Q8_0", "Q4_K"})
    void productsRunOnAGpu(DType type) {
        Parameters parameters = Parameters.of()
                .with("type", type)
                .with("size", "9x512")
                .with("coldMegabytes", 0)
                .with("threads", 1);
        for (int tokens : new int[] {1, 3, 11}) {
            assertTrue(ONCE.run(new Case(Kernel.LINEAR, "cuda", parameters.with("tokens", tokens)))
                            .seconds()
                    > 0);
        }
    }

    @Test
    void attentionRunsOnAGpu() {
        Parameters parameters =
                Parameters.of().with("context", 37).with("coldMegabytes", 1).with("threads", 1);
        for (int tokens : new int[] {1, 0}) {
            assertTrue(ONCE.run(new Case(Kernel.ATTENTION, "cuda", parameters.with("tokens", tokens)))
                            .seconds()
                    > 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void elementwiseOperationsRunOnAGpu(ElementwiseOp op) {
        Parameters parameters = Parameters.of().with("op", op).with("tokens", 1).with("threads", 1);
        assertTrue(ONCE.run(new Case(Kernel.ELEMENTWISE, "cuda", parameters)).seconds() > 0);
    }

    @ParameterizedTest
    @EnumSource
    void everyWeightTypeRuns(DType type) {
        for (String backend : List.of(Case.SCALAR, Case.VECTOR)) {
            Case what = new Case(
                    Kernel.LINEAR,
                    backend,
                    Parameters.of()
                            .with("type", type)
                            .with("tokens", 3)
                            .with("size", "9x512")
                            .with("coldMegabytes", 1)
                            .with("threads", 2));
            assertTrue(ONCE.run(what).seconds() > 0);
        }
    }

    /** Its gradients are those of the loss, whichever way they are computed. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTrainingStepRuns(boolean recomputing) {
        TrainingStepBenchmark benchmark = new TrainingStepBenchmark();
        benchmark.tokens = 48;
        benchmark.documentTokens = 16;
        benchmark.dim = 32;
        benchmark.layers = 2;
        benchmark.threads = 2;
        benchmark.recomputing = recomputing;
        benchmark.setUp();
        double first = benchmark.step();
        assertTrue(benchmark.step() < first);
        benchmark.tearDown();
    }

    @Test
    void aBenchmarkThatFailsIsNoFigure() {
        Case odd = new Case(
                Kernel.LINEAR,
                Case.SCALAR,
                Parameters.of()
                        .with("type", "Q8_0")
                        .with("tokens", 1)
                        .with("size", "2x48")
                        .with("coldMegabytes", 0)
                        .with("threads", 1));
        String message = String.valueOf(
                assertThrows(IllegalStateException.class, () -> ONCE.run(odd)).getMessage());
        assertTrue(message.startsWith("linear, 1 token, Q8_0, 2x48, cpu-scalar failed"), message);
        assertTrue(message.contains("found 48 elements, expected a multiple of 32"), message);
    }

    @Test
    void aWrongResultIsRefused() {
        ResultCheck.close("sum", 1, 1.0009, 1e-3);
        String message =
                String.valueOf(assertThrows(IllegalStateException.class, () -> ResultCheck.close("sum", 1, 1.002, 1e-3))
                        .getMessage());
        assertTrue(message.startsWith("sum: found 1.002, expected 1.0"), message);
        assertThrows(IllegalStateException.class, () -> ResultCheck.close("sum", 1, Double.NaN, 1e-3));
    }

    @ParameterizedTest
    @EnumSource
    void vocabulariesHaveTheirSize(SyntheticVocabulary vocabulary) {
        assertEquals(vocabulary.size, vocabulary.tokenizer().vocabularySize());
    }
}
