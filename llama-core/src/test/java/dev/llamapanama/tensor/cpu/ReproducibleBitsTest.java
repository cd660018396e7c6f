// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.ChildJvm;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.TestBackends;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A result is a function of its operands to the last bit: not of the company it is computed in, nor of the JIT. */
class ReproducibleBitsTest {
    private static final int ROWS = 130;
    private static final int TOKENS = 17;
    /** More than the JIT waits for before it compiles with all its optimisations. */
    private static final int REPETITIONS = 10_000;

    @AutoClose
    private final Arena arena = Arena.ofConfined();

    private final Random random = new Random(3);

    /** Scalar kernels have one loop for all types, so short rows will do. */
    static Stream<Arguments> matrixKernels() {
        return kernels()
                .flatMap(kernels -> TestBackends.typesOfAllLoops()
                        .filter(type -> kernels instanceof VectorKernels || type.blockSize() < 256)
                        .map(type -> Arguments.of(kernels, type, widthOf(type))));
    }

    static Stream<Kernels> kernels() {
        return Stream.of(StoredMatrix.kernels());
    }

    private static int widthOf(DType type) {
        return type.blockSize() == 1 ? 83 : StoredMatrix.wholeBlocks(type, 96);
    }

    @ParameterizedTest
    @MethodSource("matrixKernels")
    void ofAnySplitOfRowsAndTokens(Kernels kernels, DType type, int cols) {
        StoredMatrix matrix = StoredMatrix.random(type, ROWS, cols, random, arena);
        float[] x = StoredMatrix.gaussians(TOKENS * cols, random);
        float[] expected = matrix.multiply(kernels, x, TOKENS);
        for (int trial = 0; trial < 60; trial++) {
            int first = random.nextInt(TOKENS);
            int tokens = 1 + random.nextInt(TOKENS - first);
            float[] part = Arrays.copyOfRange(x, first * cols, (first + tokens) * cols);
            float[] out = new float[tokens * ROWS];
            for (int from = 0; from < ROWS; ) {
                int to = Math.min(ROWS, from + 1 + random.nextInt(ROWS));
                matrix.multiply(kernels, from, to, part, tokens, out, Epilogue.STORE);
                from = to;
            }
            assertArrayEquals(Arrays.copyOfRange(expected, first * ROWS, (first + tokens) * ROWS), out);
        }
    }

    @ParameterizedTest
    @MethodSource("matrixKernels")
    void ofAnyRepetitionOfAProduct(Kernels kernels, DType type, int cols) {
        StoredMatrix matrix = StoredMatrix.random(type, 66, cols, random, arena);
        float[] x = StoredMatrix.gaussians(3 * cols, random);
        assertUnchanging(matrix, kernels, x, 1);
        assertUnchanging(matrix.top(7), kernels, x, 3);
    }

    private static void assertUnchanging(StoredMatrix matrix, Kernels kernels, float[] x, int tokens) {
        try (CpuWeights weights = matrix.weights(kernels)) {
            Activations activations = StoredMatrix.activations(weights, x, tokens);
            float[] scratch = new float[weights.scratchSize(tokens)];
            assertUnchanging(() -> result(
                    tokens * matrix.rows(), out -> weights.multiply(0, 1, activations, out, Epilogue.STORE, scratch)));
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void ofAnyRepetitionOfTheOthers(Kernels kernels) {
        int n = 83;
        float[] x = StoredMatrix.gaussians(n, random);
        float[] y = StoredMatrix.gaussians(n, random);
        MemorySegment halves =
                StoredMatrix.random(DType.F16, 1, n, random, arena).stored();
        int width = 3 * kernels.tileWidth();
        float[] panel = StoredMatrix.gaussians(9 * width, random);
        assertUnchanging(() -> result(n, out -> kernels.rmsNorm(x, 0, y, 1e-5, out)));
        assertUnchanging(() -> result(n, out -> kernels.swiGlu(x, y, out, 0, n)));
        assertUnchanging(() -> result(n, out -> kernels.decode(DType.F16, halves, 0, 1, n, out, 0, n)));
        assertUnchanging(
                () -> result(8 * width, out -> kernels.multiply(panel, 0, width, x, 0, 9, 9, 7, out, 0, width)));
        assertUnchanging(() -> new float[] {kernels.max(x, 0, n)});
        assertUnchanging(() -> {
            float[] scores = x.clone();
            kernels.scale(scores, 0, n, kernels.exponentiate(scores, 0, n, 2));
            return scores;
        });
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void ofAnySplitOfSwiGlu(Kernels kernels) {
        int n = 1000;
        float[] gate = StoredMatrix.gaussians(n, random);
        float[] up = StoredMatrix.gaussians(n, random);
        float[] expected = result(n, out -> kernels.swiGlu(gate, up, out, 0, n));
        for (int trial = 0; trial < 300; trial++) {
            int split = random.nextInt(n);
            assertArrayEquals(expected, result(n, out -> {
                kernels.swiGlu(gate, up, out, split, n);
                kernels.swiGlu(gate, up, out, 0, split);
            }));
        }
    }

    /** The interpreter and the compiler for short runs know other instructions than the one for long runs. */
    @Test
    void ofAnyCompiler(@TempDir Path folder) {
        List<String> here = KernelBitsMain.bits();
        for (String option : List.of("-Xint", "-XX:TieredStopAtLevel=1")) {
            ChildJvm.Result other = ChildJvm.run(
                    folder, List.of("--add-modules", "jdk.incubator.vector", option), KernelBitsMain.class);
            assertEquals(here, other.out(), option);
        }
    }

    /** Packed weights promise it; what else vectors compute depends on their width. */
    @ParameterizedTest
    @ValueSource(strings = {"-XX:MaxVectorSize=16", "-XX:MaxVectorSize=32", "-XX:UseAVX=2"})
    void ofPackedWeightsWithAnyVectors(String option, @TempDir Path folder) {
        ChildJvm.Result other = ChildJvm.run(
                folder,
                List.of("--add-modules", "jdk.incubator.vector", "-XX:+IgnoreUnrecognizedVMOptions", option),
                KernelBitsMain.class);
        assertEquals(0, other.exit(), () -> String.join("\n", other.err()));
        assertEquals(ofAnyWidth(KernelBitsMain.bits()), ofAnyWidth(other.out()));
        if (option.endsWith("=16")) {
            assertTrue(
                    other.out().stream().anyMatch(line -> line.startsWith("Vector API, 128-bit")),
                    () -> String.join("\n", other.out()));
        }
    }

    private static List<String> ofAnyWidth(List<String> bits) {
        return bits.stream().filter(line -> !line.startsWith("Vector API")).toList();
    }

    @FunctionalInterface
    private interface Output {
        void write(float[] out);
    }

    private static float[] result(int size, Output output) {
        float[] out = new float[size];
        output.write(out);
        return out;
    }

    private static void assertUnchanging(Supplier<float[]> computation) {
        float[] first = computation.get();
        for (int i = 0; i < REPETITIONS; i++) {
            float[] again = computation.get();
            assertTrue(Arrays.equals(first, again), "other bits after the JIT compiled it");
        }
    }
}
