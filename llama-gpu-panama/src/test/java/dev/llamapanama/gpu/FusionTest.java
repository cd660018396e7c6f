// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static dev.llamapanama.tensor.Tensor.Rows.TOKENS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.gpu.driver.DeviceThread;
import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.ForwardingOps;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.QkvProjection;
import dev.llamapanama.tensor.RopeFrequencies;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.WeightSource;
import dev.llamapanama.tensor.WeightUse;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A decoder block of kernels that do several things at once has the bits of one whose kernels do one thing each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("checked")
class FusionTest {
    private static final int DIM = 256;
    private static final int HEADS = 8;
    private static final int KV_HEADS = 2;
    private static final int HEAD_DIM = 32;
    private static final int FFN = 512;
    private static final int VOCABULARY = 37;
    /** No row sees those before it, which nobody has written. */
    private static final int POSITION = 14;

    private static final double EPS = 1e-5;

    private final Random random = new Random(7);
    private final Backend backend = new CudaBackendProvider().open(BackendOptions.DEFAULT);
    private final RopeFrequencies rope =
            new RopeFrequencies(random.doubles(HEAD_DIM / 2, 0.001, 1).toArray());

    @AfterAll
    void close() {
        backend.close();
    }

    static List<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (DType type : List.of(DType.F32, DType.F16, DType.BF16, DType.Q8_0, DType.Q4_0, DType.Q4_K, DType.Q6_K)) {
            for (int tokens : new int[] {1, 3}) {
                cases.add(Arguments.of(type, tokens, DType.F16));
            }
        }
        cases.add(Arguments.of(DType.Q8_0, 1, DType.F32));
        cases.add(Arguments.of(DType.F16, 12, DType.F16));
        cases.add(Arguments.of(DType.BF16, 12, DType.F16));
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void hasTheBitsOfItsParts(DType type, int tokens, DType kvType) {
        for (boolean headNorm : new boolean[] {false, true}) {
            try (Block block = new Block(type)) {
                QkvProjection qkv = block.projection(rope, headNorm);
                float[] parts = block.run(tokens, kvType, (ops, kv) -> block.forward(new Parts(ops), qkv, kv));
                float[] fused = block.run(tokens, kvType, (ops, kv) -> block.forward(ops, qkv, kv));
                assertEquals(tokens * VOCABULARY, fused.length);
                assertArrayEquals(parts, fused);
                assertTrue(Math.abs(fused[0]) > 0, "found no result");
            }
        }
    }

    /** Their columns are cut to as many parts, which are added up together. */
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void severalMatricesOfAFewTokensHaveThemToo(DType type) {
        try (Block block = new Block(type, 1088, 448)) {
            QkvProjection qkv = block.projection(rope, false);
            for (int most : new int[] {9, 130}) {
                float[] parts = block.run(most, 9, DType.F16, (ops, kv) -> block.forward(new Parts(ops), qkv, kv));
                float[] fused = block.run(most, 9, DType.F16, (ops, kv) -> block.forward(ops, qkv, kv));
                assertEquals(9 * VOCABULARY, fused.length);
                assertArrayEquals(parts, fused);
                assertTrue(Math.abs(fused[0]) > 0, "found no result");
            }
        }
    }

    /** Queries, keys and values in one launch, gate and up in another. */
    @Test
    void productsOfAFewTokens() {
        List<String> all = kernels(DType.BF16, 16, 8, 16);
        assertEquals(4, all.stream().filter("gemm_bf16_t32"::equals).count(), all.toString());
    }

    /** Matrices of different types, and a layer without positions. */
    @Test
    void whatCannotBeFusedHasThemToo() {
        try (Block block = new Block(DType.Q8_0);
                Block other = new Block(DType.F16)) {
            QkvProjection mixed = new QkvProjection(block.norm, EPS, block.wq, other.wk, block.wv, null, false);
            float[] parts = block.run(1, DType.F16, (ops, kv) -> block.forward(new Parts(ops), mixed, kv));
            float[] fused = block.run(1, DType.F16, (ops, kv) -> block.forward(ops, mixed, kv));
            assertArrayEquals(parts, fused);
        }
    }

    @Test
    void kernelsOfABlock() {
        assertEquals(
                List.of(
                        "embed_f32",
                        "rms_norm_q8",
                        "linears_q8_0_t1",
                        "rope_write_kv_f16",
                        "attention_f16",
                        "attention_combine_q8",
                        "linear_q8_0_t1",
                        "rms_norm_q8",
                        "linears_q8_0_t1",
                        "swiglu_q8",
                        "linear_q8_0_t1",
                        "rms_norm_q8",
                        "linear_q8_0_t1"),
                kernels(DType.Q8_0, 1, 0, 1));
        assertEquals(
                List.of(
                        "embed_f32",
                        "rms_norm",
                        "linears_bf16_t1",
                        "rope_write_kv_f16",
                        "attention_f16",
                        "attention_combine",
                        "linear_bf16_t1",
                        "rms_norm",
                        "linears_bf16_t1",
                        "swiglu",
                        "linear_bf16_t1",
                        "rms_norm",
                        "linear_bf16_t1"),
                kernels(DType.BF16, 1, 0, 1));
    }

    private List<String> kernels(DType type, int tokens, int above, int most) {
        return recorded(type, tokens, recording -> recording.kernels(above, most));
    }

    private <T> T recorded(DType type, int tokens, Function<Recording, T> what) {
        try (Block block = new Block(type);
                KvPool kv = backend.newKvPool(Block.LAYOUT, 2);
                DeviceThread thread = new DeviceThread("gpu-recording")) {
            return thread.call(() -> {
                try (CudaSession session = CudaSession.open();
                        Recording recording = new Recording(session, new StepShape(tokens, 1, 2, 1))) {
                    block.forward(new CudaOps(recording), block.projection(rope, false), kv);
                    return what.apply(recording);
                }
            });
        }
    }

    /** A step launches only what works for its number of tokens. */
    @Test
    void kernelsOfAFewTokensAndOfMore() {
        List<String> few = kernels(DType.Q8_0, 16, 0, 8);
        List<String> more = kernels(DType.Q8_0, 16, 8, 16);
        assertEquals(few.size(), more.size());
        assertTrue(few.contains("linear_q8_0_t8") && !few.contains("gemm_q8_0_t32"), few.toString());
        assertTrue(more.contains("gemm_q8_0_t32") && !more.contains("linear_q8_0_t8"), more.toString());
    }

    /** Products of a few tokens read floats, those of more what is split. */
    @Test
    void splittersOfAFewTokensAndOfMore() {
        assertEquals(List.of("rms_norm", "rms_norm", "swiglu", "rms_norm"), splitters(kernels(DType.BF16, 16, 0, 8)));
        List<String> split = List.of("rms_norm_halves", "split_halves", "rms_norm_halves", "swiglu_halves", "rms_norm");
        assertEquals(split, splitters(kernels(DType.BF16, 16, 8, 16)));
        assertEquals(split, splitters(kernels(DType.BF16, 130, 0, 32)));
    }

    private static List<String> splitters(List<String> kernels) {
        return kernels.stream()
                .filter(kernel -> kernel.matches("(rms_norm|swiglu|split).*"))
                .toList();
    }

    /** A block for each row is one for each that a step of a graph may have, whatever others of its plan have. */
    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "BF16"})
    void blocksOfAFewTokensAndOfMore(DType type) {
        Map<String, Integer> few = recorded(type, 128, recording -> blocks(recording, 0, 8));
        Map<String, Integer> more = recorded(type, 128, recording -> blocks(recording, 32, 128));
        more.keySet().retainAll(few.keySet());
        more.keySet().removeIf(kernel -> kernel.matches("linear.*|select_rows|rms_norm"));
        assertTrue(more.size() >= 4, more.toString());
        more.forEach((kernel, blocks) -> assertEquals(128 / 8, blocks / few.get(kernel), kernel));
    }

    private static Map<String, Integer> blocks(Recording recording, int above, int most) {
        Map<String, Integer> blocks = new HashMap<>();
        List<String> kernels = recording.kernels(above, most);
        List<Grid> grids = recording.grids(above, most);
        for (int i = 0; i < grids.size(); i++) {
            Grid grid = grids.get(i);
            blocks.putIfAbsent(kernels.get(i), grid.x() * grid.y() * grid.z());
        }
        return blocks;
    }

    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "BF16"})
    void aPlanForManyHasTheResultsOfOneForFew(DType type) {
        try (Block block = new Block(type)) {
            QkvProjection qkv = block.projection(rope, false);
            BiConsumer<Ops, KvPool> forward = (ops, kv) -> block.forward(ops, qkv, kv);
            for (int tokens : new int[] {3, 8, 9, 12}) {
                assertArrayEquals(
                        block.run(tokens, tokens, DType.F16, forward), block.run(16, tokens, DType.F16, forward));
            }
        }
    }

    /** Every operation as the defaults have it, and between what makes a tensor and the product that reads it something else. */
    private static final class Parts extends ForwardingOps {
        Parts(Ops ops) {
            super(ops);
        }

        @Override
        public void linear(Tensor in, Weights weight, Epilogue epilogue, Tensor out) {
            Tensor spare = temp(in.rows(), in.width());
            scaleRows(in, in, 0, spare);
            super.linear(in, weight, epilogue, out);
            release(spare);
        }
    }

    /** Weights of one decoder block. */
    private final class Block implements AutoCloseable {
        private static final KvLayout LAYOUT = new KvLayout(2, KV_HEADS, HEAD_DIM, DType.F16);

        private final List<Weights> all = new ArrayList<>();
        private final int dim;
        private final int ffn;
        private final Weights table;
        private final Weights norm;
        private final Weights wq;
        private final Weights wk;
        private final Weights wv;
        private final Weights wo;
        private final Weights gate;
        private final Weights up;
        private final Weights down;
        private final Weights output;

        Block(DType type) {
            this(type, DIM, FFN);
        }

        Block(DType type, int dim, int ffn) {
            this.dim = dim;
            this.ffn = ffn;
            table = weights(DType.F32, VOCABULARY, dim);
            norm = weights(DType.F32, 1, dim);
            wq = weights(type, HEADS * HEAD_DIM, dim);
            wk = weights(type, KV_HEADS * HEAD_DIM, dim);
            wv = weights(type, KV_HEADS * HEAD_DIM, dim);
            wo = weights(type, dim, HEADS * HEAD_DIM);
            gate = weights(type, ffn, dim);
            up = weights(type, ffn, dim);
            down = weights(type, dim, ffn);
            output = weights(type, VOCABULARY, dim);
        }

        private Weights weights(DType type, int rows, int cols) {
            float[] values = new float[rows * cols];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            MemorySegment stored = MemorySegment.ofArray(TestEncoder.encode(type, values));
            all.add(backend.importWeights(
                    "w", type, new Shape(rows, cols), WeightSource.of(stored), WeightUse.PRODUCT));
            return all.getLast();
        }

        QkvProjection projection(RopeFrequencies frequencies, boolean headNorm) {
            return new QkvProjection(norm, EPS, wq, wk, wv, frequencies, headNorm);
        }

        void forward(Ops ops, QkvProjection qkv, KvPool kv) {
            Tensor x = ops.temp(TOKENS, dim);
            Tensor q = ops.temp(TOKENS, HEADS * HEAD_DIM);
            Tensor attended = ops.temp(TOKENS, HEADS * HEAD_DIM);
            Tensor hidden = ops.temp(TOKENS, ffn);
            ops.embed(table, x);
            ops.qkvRope(x, qkv, q, kv, 1);
            ops.attention(q, kv, 1, 0.2, POSITION, attended);
            ops.linear(attended, wo, Epilogue.ADD, x);
            ops.normGateUp(x, norm, EPS, gate, up, hidden);
            ops.linear(hidden, down, Epilogue.ADD, x);
            ops.head(x, norm, EPS, output);
        }

        float[] run(int tokens, DType kvType, BiConsumer<Ops, KvPool> body) {
            return run(tokens, tokens, kvType, body);
        }

        float[] run(int most, int tokens, DType kvType, BiConsumer<Ops, KvPool> body) {
            try (KvPool kv = backend.newKvPool(new KvLayout(2, KV_HEADS, HEAD_DIM, kvType), 2)) {
                try (Plan plan = backend.record(new StepShape(most, 1, 2, most), ops -> body.accept(ops, kv))) {
                    int[] ids = IntStream.range(0, tokens)
                            .map(i -> (i * 7 + 3) % VOCABULARY)
                            .toArray();
                    plan.inputs().append(ids, 0, tokens, POSITION, new int[] {1, 0}, tokens);
                    return plan.run().toArray(ValueLayout.JAVA_FLOAT);
                }
            }
        }

        @Override
        public void close() {
            all.forEach(Weights::close);
        }
    }
}
