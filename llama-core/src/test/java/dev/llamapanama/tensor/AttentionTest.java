// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import static dev.llamapanama.tensor.Tensor.Rows.LOGITS;
import static dev.llamapanama.tensor.Tensor.Rows.TOKENS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention over pages against its definition in double precision. */
class AttentionTest {
    private static final int[] LENGTHS = {1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 200};
    private static final int ROWS = IntStream.of(LENGTHS).sum();
    private static final int PAGES =
            IntStream.of(LENGTHS).map(KvLayout::pagesFor).sum();
    private static final int MAX_PAGES = KvLayout.pagesFor(200);
    /** Of a layout of two. */
    private static final int LAYER = 1;
    /** A hundredth of what is lost by rounding keys and values to halves. */
    private static final double TOLERANCE = 5e-6;

    @AutoClose
    private final Arena arena = Arena.ofShared();

    static Stream<Arguments> cases() {
        int[][] heads = {{2, 1, 3}, {3, 2, 2}, {6, 8, 1}, {16, 4, 1}, {34, 3, 1}, {64, 5, 1}, {66, 7, 1}, {130, 2, 1}};
        return TestBackends.names()
                .flatMap(name -> Stream.of(DType.F32, DType.F16)
                        .flatMap(type -> Stream.of(heads).map(h -> Arguments.of(name, type, h[0], h[1], h[2]))));
    }

    /** All but the last tokens of each sequence first, then the others: in the same step as those of all other sequences. */
    @ParameterizedTest
    @MethodSource("cases")
    void isItsDefinition(String name, DType type, int headDim, int group, int kvHeads) {
        assertDefinition(
                name,
                new Heads(headDim, group, kvHeads, type, 0),
                Stream.of(9, 8, 1, 0).map(rest -> lengths(n -> Math.max(1, n - rest))));
    }

    /** Heads of the usual sizes, with and without chunks; their borders are not those of pages. */
    static Stream<Arguments> prompts() {
        int[][] heads = {{64, 1, 2, 0}, {64, 4, 1, 50}, {64, 3, 1, 0}, {128, 1, 1, 50}, {128, 4, 2, 0}, {128, 8, 1, 70}
        };
        return TestBackends.names()
                .flatMap(name -> Stream.of(heads).map(h -> Arguments.of(name, h[0], h[1], h[2], h[3])));
    }

    /** Pieces of prompts, of which the last begin in the middle of pages: many rows of some sequences and few of others in a step. */
    @ParameterizedTest
    @MethodSource("prompts")
    void ofPromptsInPieces(String name, int headDim, int group, int kvHeads, int chunk) {
        assertDefinition(
                name,
                new Heads(headDim, group, kvHeads, DType.F16, chunk),
                Stream.of(lengths(n -> n * 3 / 10), lengths(n -> Math.min(n, n * 3 / 10 + 1)), LENGTHS));
    }

    private static int[] lengths(IntUnaryOperator of) {
        return IntStream.of(LENGTHS).map(of).toArray();
    }

    private void assertDefinition(String name, Heads heads, Stream<int[]> pieces) {
        try (Backend backend = TestBackends.open(name);
                Steps steps = new Steps(backend, heads, arena)) {
            steps.spoilPages();
            double[][] expected = heads.attended();
            int[] fed = new int[LENGTHS.length];
            for (int[] until : pieces.toList()) {
                assertRows(expected, steps, fed, until);
                fed = until;
            }
        }
    }

    private static void assertRows(double[][] expected, Steps steps, int[] from, int[] until) {
        float[] found = steps.run(from, until);
        int width = expected[0].length;
        int at = 0;
        int first = 0;
        for (int s = 0; s < LENGTHS.length; s++) {
            for (int t = from[s]; t < until[s]; t++) {
                String where = "position " + t + " of " + LENGTHS[s];
                for (int i = 0; i < width; i++) {
                    assertEquals(expected[first + t][i], found[at++], TOLERANCE, where);
                }
            }
            first += LENGTHS[s];
        }
        assertEquals(at, found.length);
    }

    @ParameterizedTest
    @MethodSource("dev.llamapanama.tensor.TestBackends#names")
    void valuesBeyondHalvesBecomeTheNearest(String name) {
        float[] values = {1e6f, -1e6f, 65504, 65520, 0x1p-14f, -0x1p-14f, 0x1.ffcp-15f, 1e-30f, 0x1.001p0f, 0x1.003p0f};
        float[] expected = {65504, -65504, 65504, 65504, 0x1p-14f, -0x1p-14f, 0, 0, 1, 0x1.004p0f};
        try (Backend backend = TestBackends.open(name);
                KvPool pool = backend.newKvPool(new KvLayout(1, 1, values.length, DType.F16), 1);
                SmallPlan plan = new SmallPlan(backend, arena)) {
            float[] found = plan.run(values.length, 0, values, (ops, x) -> {
                Tensor out = SmallPlan.like(ops, x);
                ops.writeKv(x, x, pool, 0);
                ops.attention(x, pool, 0, 0, out);
                return out;
            });
            for (int i = 0; i < values.length; i++) {
                assertEquals(expected[i], found[i], 0, "from " + values[i]);
            }
        }
    }

    /** Random queries, keys and values of all tokens of all sequences, one after the other. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Heads(int headDim, int group, int kvHeads, DType type, int chunk, float[] q, float[] k, float[] v) {
        Heads(int headDim, int group, int kvHeads, DType type, int chunk) {
            this(
                    headDim,
                    group,
                    kvHeads,
                    type,
                    chunk,
                    gaussians(ROWS * kvHeads * group * headDim, 1),
                    gaussians(ROWS * kvHeads * headDim, 2),
                    gaussians(ROWS * kvHeads * headDim, 3));
        }

        private static float[] gaussians(int count, long seed) {
            Random random = new Random(seed);
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return values;
        }

        double scale() {
            return 1 / Math.sqrt(headDim);
        }

        /** What comes out for each token. */
        double[][] attended() {
            double[][] out = new double[ROWS][kvHeads * group * headDim];
            int first = 0;
            for (int length : LENGTHS) {
                for (int row = first; row < first + length; row++) {
                    for (int head = 0; head < kvHeads * group; head++) {
                        attend(first, row, head, out[row]);
                    }
                }
                first += length;
            }
            return out;
        }

        private void attend(int begin, int row, int head, double[] out) {
            int first = chunk > 0 ? row - (row - begin) % chunk : begin;
            double[] p = new double[row - first + 1];
            double sum = 0;
            for (int j = 0; j < p.length; j++) {
                double score = 0;
                for (int d = 0; d < headDim; d++) {
                    score += q[row * kvHeads * group * headDim + head * headDim + d] * stored(k, first + j, head, d);
                }
                p[j] = Math.exp(score * scale());
                sum += p[j];
            }
            for (int j = 0; j < p.length; j++) {
                for (int d = 0; d < headDim; d++) {
                    out[head * headDim + d] += p[j] / sum * stored(v, first + j, head, d);
                }
            }
        }

        private double stored(float[] x, int row, int head, int d) {
            float value = x[(row * kvHeads + head / group) * headDim + d];
            return type == DType.F16 ? Halves.round(value) : value;
        }
    }

    /** A plan of attention alone; token ids are rows of the queries, keys and values, and one more of NaN. */
    private static final class Steps implements AutoCloseable {
        private final KvPool pool;
        private final SmallPlan small;
        private final Plan plan;

        Steps(Backend backend, Heads heads, Arena arena) {
            int kvWidth = heads.kvHeads * heads.headDim;
            int width = kvWidth * heads.group;
            pool = backend.newKvPool(new KvLayout(2, heads.kvHeads, heads.headDim, heads.type), PAGES);
            small = new SmallPlan(backend, arena);
            Weights q = table(small, heads.q, width);
            Weights k = table(small, heads.k, kvWidth);
            Weights v = table(small, heads.v, kvWidth);
            plan = backend.record(new StepShape(ROWS, LENGTHS.length, MAX_PAGES, ROWS), ops -> {
                Tensor queries = rows(ops, q);
                Tensor out = SmallPlan.like(ops, queries);
                ops.writeKv(rows(ops, k), rows(ops, v), pool, LAYER);
                ops.attention(queries, pool, LAYER, heads.scale(), heads.chunk, out);
                Tensor kept = ops.temp(LOGITS, width);
                ops.selectLogitRows(out, kept);
                ops.keepLogits(kept);
            });
        }

        private static Weights table(SmallPlan plan, float[] rows, int width) {
            float[] table = Arrays.copyOf(rows, rows.length + width);
            Arrays.fill(table, rows.length, table.length, Float.NaN);
            return plan.weights(table.length / width, width, table);
        }

        private static Tensor rows(Ops ops, Weights table) {
            Tensor rows = ops.temp(TOKENS, (int) table.shape().cols());
            ops.embed(table, rows);
            return rows;
        }

        /** Leaves NaN wherever the sequences will write, as a sequence before them might. */
        void spoilPages() {
            int[] ids = new int[KvLayout.PAGE_TOKENS];
            Arrays.fill(ids, ROWS);
            for (int page = 0; page < PAGES; page++) {
                plan.inputs().clear();
                plan.inputs().append(ids, 0, ids.length, 0, new int[] {page}, 0);
                plan.run();
            }
        }

        /** Runs the positions from one to another of each sequence. */
        float[] run(int[] from, int[] until) {
            plan.inputs().clear();
            int first = 0;
            int page = 0;
            for (int s = 0; s < LENGTHS.length; s++) {
                int count = until[s] - from[s];
                int[] ids = IntStream.range(first, first + LENGTHS[s]).toArray();
                int[] pages = IntStream.range(page, page + KvLayout.pagesFor(LENGTHS[s]))
                        .toArray();
                if (count > 0) {
                    plan.inputs().append(ids, from[s], count, from[s], pages, count);
                }
                first += LENGTHS[s];
                page += pages.length;
            }
            return plan.run().toArray(ValueLayout.JAVA_FLOAT);
        }

        @Override
        public void close() {
            plan.close();
            small.close();
            pool.close();
        }
    }
}
