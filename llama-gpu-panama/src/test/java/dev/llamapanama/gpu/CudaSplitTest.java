// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.WeightSource;
import dev.llamapanama.tensor.WeightUse;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Activations that are split as they are made have the bits of those that are split afterwards. */
class CudaSplitTest {
    private static final double EPS = 1e-5;
    private static final int OUTPUTS = 5;

    private final Random random = new Random(7);
    private final Backend backend = new CudaBackendProvider().open(BackendOptions.DEFAULT);

    @AfterEach
    void close() {
        backend.close();
    }

    /** Makes a tensor of another that a product can read. */
    private interface Making {
        void make(Ops ops, Tensor x, Tensor made);
    }

    /** One block of few threads, rows of several tiles, and more elements than the threads of a block keep. */
    @Tag("checked")
    @ParameterizedTest
    @CsvSource({"64, 12", "320, 130", "8256, 9", "16448, 9"})
    void norms(int width, int tokens) {
        try (Weights norm = weights(DType.F32, 1, width, 1)) {
            assertSameBits(width, tokens, (ops, x, made) -> ops.rmsNorm(x, norm, EPS, made));
        }
    }

    @Tag("checked")
    @ParameterizedTest
    @CsvSource({"64, 12", "320, 130", "16448, 9"})
    void gates(int width, int tokens) {
        assertSameBits(width, tokens, (ops, x, made) -> {
            ops.scaleRows(x, x, 1, made);
            ops.swiGlu(x, made, made);
        });
    }

    private void assertSameBits(int width, int tokens, Making making) {
        float[] rows = gaussians(tokens * width, 1);
        float[] sizes = {1, 0, 1e-30f, 1e30f, 300};
        for (int i = 0; i < rows.length; i++) {
            rows[i] *= sizes[i / width % sizes.length];
        }
        rows[5 * width + 63] = Float.POSITIVE_INFINITY;
        rows[6 * width + 1] = Float.NaN;
        try (Weights table = imported(DType.F32, tokens, width, rows);
                Weights product = weights(DType.BF16, OUTPUTS, width, 1)) {
            SingleStep step = new SingleStep(backend, tokens);
            int[] ids = IntStream.range(0, tokens).toArray();
            float[] fused = step.run(table, ids, (ops, x) -> product(ops, x, making, product, false));
            float[] parts = step.run(table, ids, (ops, x) -> product(ops, x, making, product, true));
            assertArrayEquals(parts, fused);
            assertFalse(Arrays.equals(new float[fused.length], fused), "found no result");
        }
    }

    /** Something else between the making and the product keeps them apart. */
    private static Tensor product(Ops ops, Tensor x, Making making, Weights weight, boolean apart) {
        Tensor made = ops.temp(x.rows(), x.width());
        Tensor out = ops.temp(x.rows(), OUTPUTS);
        making.make(ops, x, made);
        if (apart) {
            ops.scaleRows(x, x, 0, ops.temp(x.rows(), x.width()));
        }
        ops.linear(made, weight, Epilogue.STORE, out);
        ops.release(made);
        return out;
    }

    /** A product with other weights may follow, as that of a router or an adapter. */
    @Test
    void isStoredForWhatReadsItAsItIs() {
        int tokens = 12;
        int width = 64;
        try (Weights table = weights(DType.F32, tokens, width, 1);
                Weights norm = weights(DType.F32, 1, width, 1);
                Weights halves = weights(DType.F16, OUTPUTS, width, 1);
                Weights floats = weights(DType.F32, OUTPUTS, width, 1)) {
            int[] ids = IntStream.range(0, tokens).toArray();
            float[][] found = new float[2][];
            for (int i = 0; i < found.length; i++) {
                boolean apart = i > 0;
                found[i] = new SingleStep(backend, tokens).run(table, ids, (ops, x) -> {
                    Tensor made = ops.temp(x.rows(), width);
                    Tensor out = ops.temp(x.rows(), OUTPUTS);
                    ops.rmsNorm(x, norm, EPS, made);
                    if (apart) {
                        ops.scaleRows(x, x, 0, ops.temp(x.rows(), width));
                    }
                    ops.linear(made, halves, Epilogue.STORE, out);
                    ops.linear(made, floats, Epilogue.ADD, out);
                    ops.release(made);
                    return out;
                });
            }
            assertArrayEquals(found[1], found[0]);
        }
    }

    /** Its memory, which the next tensor of its size gets, has what it had before. */
    @Test
    void isNotStoredForProductsOfHalves() {
        int tokens = 12;
        int width = 64;
        float[] rows = gaussians(tokens * width, 1);
        try (Weights table = imported(DType.F32, tokens, width, rows);
                Weights norm = weights(DType.F32, 1, width, 1);
                Weights weight = weights(DType.F16, OUTPUTS, width, 1)) {
            int[] ids = IntStream.range(0, tokens).toArray();
            float[] found = new SingleStep(backend, tokens).run(table, ids, (ops, x) -> {
                Tensor made = ops.temp(x.rows(), width);
                ops.embed(table, made);
                ops.rmsNorm(x, norm, EPS, made);
                ops.linear(made, weight, Epilogue.STORE, ops.temp(x.rows(), OUTPUTS));
                ops.release(made);
                return ops.temp(x.rows(), width);
            });
            assertArrayEquals(rows, found);
        }
    }

    private Weights weights(DType type, int rows, int cols, float size) {
        return imported(type, rows, cols, gaussians(rows * cols, size));
    }

    private Weights imported(DType type, int rows, int cols, float[] values) {
        MemorySegment stored = MemorySegment.ofArray(TestEncoder.encode(type, values));
        return backend.importWeights("w", type, new Shape(rows, cols), WeightSource.of(stored), WeightUse.PRODUCT);
    }

    private float[] gaussians(int count, float size) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = size * (float) random.nextGaussian();
        }
        return values;
    }
}
