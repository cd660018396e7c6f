// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static dev.llamapanama.tensor.Tensor.Rows.LOGITS;
import static dev.llamapanama.tensor.Tensor.Rows.TOKENS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.gpu.driver.DeviceThread;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.WeightSource;
import dev.llamapanama.tensor.WeightUse;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which kernels attention of a plan has, and that those which round what they make leave the bits of those that don't. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("checked")
class PromptAttentionTest {
    private static final int HEADS = 4;
    private static final int KV_HEADS = 2;
    private static final int VOCABULARY = 40;
    private static final int ROWS = 33;
    private static final int PAGES = 4;

    private final Random random = new Random(11);
    private final Backend backend = new CudaBackendProvider().open(BackendOptions.DEFAULT);
    private final List<Weights> made = new ArrayList<>();

    @AfterAll
    void close() {
        made.forEach(Weights::close);
        backend.close();
    }

    private Weights weights(DType type, int rows, int cols) {
        float[] values = new float[rows * cols];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        MemorySegment stored = MemorySegment.ofArray(TestEncoder.encode(type, values));
        made.add(backend.importWeights("w", type, new Shape(rows, cols), WeightSource.of(stored), WeightUse.PRODUCT));
        return made.getLast();
    }

    /** Attention, and a product with what comes out. */
    private final class Block {
        private final int headDim;
        private final Weights q;
        private final Weights k;
        private final Weights v;
        private final Weights product;

        Block(int headDim, DType type) {
            this.headDim = headDim;
            q = weights(DType.F32, VOCABULARY, HEADS * headDim);
            k = weights(DType.F32, VOCABULARY, KV_HEADS * headDim);
            v = weights(DType.F32, VOCABULARY, KV_HEADS * headDim);
            product = weights(type, ROWS, HEADS * headDim);
        }

        KvPool pool() {
            return backend.newKvPool(new KvLayout(1, KV_HEADS, headDim, DType.F16), PAGES);
        }

        /** If apart, something is between attention and the product. */
        void forward(Ops ops, KvPool kv, boolean apart) {
            Tensor queries = rows(ops, q);
            Tensor out = ops.temp(TOKENS, queries.width());
            Tensor y = ops.temp(TOKENS, ROWS);
            Tensor kept = ops.temp(LOGITS, ROWS);
            ops.writeKv(rows(ops, k), rows(ops, v), kv, 0);
            ops.attention(queries, kv, 0, 0.125, out);
            if (apart) {
                ops.scaleRows(queries, queries, 0, ops.temp(TOKENS, queries.width()));
            }
            ops.linear(out, product, Epilogue.STORE, y);
            ops.selectLogitRows(y, kept);
            ops.keepLogits(kept);
        }

        private static Tensor rows(Ops ops, Weights table) {
            Tensor rows = ops.temp(TOKENS, (int) table.shape().cols());
            ops.embed(table, rows);
            return rows;
        }

        /** A step of sequences with so many rows. */
        float[] run(boolean apart, int... rows) {
            int tokens = IntStream.of(rows).sum();
            StepShape shape = new StepShape(tokens, rows.length, PAGES, tokens);
            try (KvPool kv = pool();
                    Plan plan = backend.record(shape, ops -> forward(ops, kv, apart))) {
                int page = 0;
                for (int count : rows) {
                    int[] ids = IntStream.range(0, count)
                            .map(i -> (i * 7 + 3) % VOCABULARY)
                            .toArray();
                    int[] pages = IntStream.range(page, page + KvLayout.pagesFor(count))
                            .toArray();
                    plan.inputs().append(ids, 0, count, 0, pages, count);
                    page += pages.length;
                }
                return plan.run().toArray(ValueLayout.JAVA_FLOAT);
            }
        }

        List<String> kernels(int tokens, int sequences, int above, int most) {
            try (KvPool kv = pool();
                    DeviceThread thread = new DeviceThread("gpu-recording")) {
                return thread.call(() -> {
                    StepShape shape = new StepShape(tokens, sequences, PAGES, 1);
                    try (CudaSession session = CudaSession.open();
                            Recording recording = new Recording(session, shape)) {
                        forward(new CudaOps(recording), kv, false);
                        return recording.kernels(above, most).stream()
                                .filter(name -> name.contains("attention") || name.contains("quantise"))
                                .toList();
                    }
                });
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 128})
    void whatIsRoundedAsItIsMadeHasTheBitsOfWhatIsRoundedLater(int headDim) {
        Block block = new Block(headDim, DType.Q8_0);
        float[] apart = block.run(true, 20, 3);
        assertArrayEquals(apart, block.run(false, 20, 3));
        assertTrue(Math.abs(apart[0]) > 0, "found no result");
    }

    @Test
    void kernelsOfPromptsOfOneSequence() {
        Block block = new Block(128, DType.Q8_0);
        assertEquals(List.of("attention_f16", "attention_combine_q8"), block.kernels(40, 1, 0, 8));
        assertEquals(List.of("attention_f16", "attention_combine_q8"), block.kernels(40, 1, 8, 15));
        assertEquals(List.of("attention_prompt_d128_q8"), block.kernels(40, 1, 15, 40));
    }

    @Test
    void kernelsOfPromptsAmongOthers() {
        Block block = new Block(64, DType.F16);
        assertEquals(List.of("attention_f16", "attention_combine"), block.kernels(40, 3, 8, 15));
        assertEquals(
                List.of("attention_f16", "attention_combine", "attention_prompt_d64"), block.kernels(40, 3, 15, 40));
    }

    /** Heads of another size, and steps of few tokens. */
    @ParameterizedTest
    @CsvSource({"32, 40", "128, 15"})
    void kernelsWherePromptsHaveNone(int headDim, int tokens) {
        Block block = new Block(headDim, DType.F16);
        assertEquals(List.of("attention_f16", "attention_combine"), block.kernels(tokens, 1, 8, tokens));
    }
}
