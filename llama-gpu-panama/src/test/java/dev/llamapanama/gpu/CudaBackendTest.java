// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.gpu.driver.CudaException;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.LargestLogits;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Memory and its owners, and what is refused before it reaches the device. */
class CudaBackendTest {
    private static final KvLayout LAYOUT = new KvLayout(2, 1, 8, DType.F32);

    @AutoClose
    private final Arena arena = Arena.ofShared();

    private static Backend open() {
        return new CudaBackendProvider().open(BackendOptions.DEFAULT);
    }

    private Weights table(Backend backend) {
        float[] values = new float[3 * 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return backend.importWeights(
                "table", DType.F32, new Shape(3, 8), arena.allocateFrom(ValueLayout.JAVA_FLOAT, values));
    }

    /** Embeds tokens, writes them as keys and values, and gives them back. */
    private static Plan plan(Backend backend, Weights table, KvPool kv) {
        return backend.record(new StepShape(4, 2, 2, 4), ops -> {
            Tensor x = ops.temp(Tensor.Rows.TOKENS, 8);
            Tensor out = ops.temp(Tensor.Rows.LOGITS, 8);
            ops.embed(table, x);
            ops.writeKv(x, x, kv, 1);
            ops.selectLogitRows(x, out);
            ops.keepLogits(out);
        });
    }

    @Test
    void whatIsLeftOpenIsNamedAndFreed() {
        Backend backend = open();
        Weights table = table(backend);
        KvPool kv = backend.newKvPool(LAYOUT, 5);
        Plan plan = plan(backend, table, kv);
        String message = String.valueOf(
                assertThrows(IllegalStateException.class, backend::close).getMessage());
        assertTrue(message.contains("weights table"), message);
        assertTrue(message.contains("pool of 5 pages"), message);
        assertTrue(message.contains("plan of "), message);
        plan.close();
        kv.close();
        table.close();
        backend.close();
    }

    /** Of rows that were asked for only, each at its own temperature. */
    @Test
    void theLargestLogitsComeInOrder() {
        try (Backend backend = open();
                Weights table = table(backend);
                KvPool kv = backend.newKvPool(LAYOUT, 5);
                Plan plan = plan(backend, table, kv)) {
            plan.inputs().append(new int[] {2, 0, 1}, 0, 3, 0, new int[] {0}, 1, 0.5f);
            plan.inputs().append(new int[] {2}, 0, 1, 0, new int[] {1}, 1, 3f);
            plan.step();
            assertLargest(new float[] {15, 14, 13, 12, 11, 10, 9, 8}, 0.5, plan.largest(0));
            assertLargest(new float[] {23, 22, 21, 20, 19, 18, 17, 16}, 3, plan.largest(1));
            assertArrayEquals(
                    new float[] {16, 17, 18, 19, 20, 21, 22, 23},
                    plan.logits(1, 1).toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    private static void assertLargest(float[] logits, double temperature, LargestLogits found) {
        assertArrayEquals(logits, found.logits());
        assertEquals(7, found.id(0));
        double total = IntStream.range(0, logits.length)
                .mapToDouble(i -> Math.exp(-i / temperature))
                .sum();
        assertEquals(total, found.total(), 1e-6 * total);
    }

    @Test
    void closingIsIdempotentAndAClosedBackendRefuses() {
        Backend backend = open();
        Weights table = table(backend);
        table.close();
        table.close();
        backend.close();
        backend.close();
        assertThrows(IllegalStateException.class, () -> table(backend));
    }

    @Test
    void aPoolThatDoesNotFitIsRefusedWithTheNumbers() {
        try (Backend backend = open()) {
            KvLayout large = new KvLayout(80, 8, 128, DType.F16);
            CudaException refusal = assertThrows(CudaException.class, () -> backend.newKvPool(large, 10_000_000));
            String message = String.valueOf(refusal.getMessage());
            assertEquals(2, refusal.code());
            assertTrue(message.startsWith("10000000 pages of keys and values: found "), message);
            assertTrue(message.contains("expected " + 10_000_000 * large.pageBytes() + " bytes free"), message);
            table(backend).close();
        }
    }

    @Test
    void tokensAndPagesThatAreNotThereAreRefusedAndTheNextStepRuns() {
        try (Backend backend = open();
                Weights table = table(backend);
                KvPool kv = backend.newKvPool(LAYOUT, 2);
                Plan plan = plan(backend, table, kv)) {
            for (int id : new int[] {-1, 3}) {
                plan.inputs().clear();
                plan.inputs().append(new int[] {0, id}, 0, 2, 0, new int[] {0}, 1);
                assertRefused(plan, "token id: found " + id + ", expected 0 to 2");
            }
            for (int page : new int[] {-1, 2}) {
                plan.inputs().clear();
                plan.inputs().append(new int[] {0}, 0, 1, 0, new int[] {1}, 0);
                plan.inputs().append(new int[] {1, 2}, 0, 2, 15, new int[] {0, page}, 1);
                assertRefused(plan, "page: found " + page + ", expected 0 to 1");
            }
            plan.inputs().clear();
            plan.inputs().append(new int[] {2, 1}, 0, 2, 0, new int[] {1}, 1);
            assertArrayEquals(
                    new float[] {8, 9, 10, 11, 12, 13, 14, 15}, plan.run().toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    private static void assertRefused(Plan plan, String expected) {
        assertEquals(
                expected,
                assertThrows(IndexOutOfBoundsException.class, plan::run).getMessage());
    }

    @Test
    void aStepWithoutLogitsRunsAndGivesNone() {
        try (Backend backend = open();
                Weights table = table(backend);
                KvPool kv = backend.newKvPool(LAYOUT, 1);
                Plan plan = plan(backend, table, kv)) {
            plan.inputs().append(new int[] {2}, 0, 1, 0, new int[] {0}, 0);
            assertEquals(0, plan.run().byteSize());
        }
    }

    /** {@code [layer][K|V][kvHead][token][headDim]}. */
    @Test
    void pagesAreReadAndWritten() {
        try (Backend backend = open();
                Weights table = table(backend);
                KvPool kv = backend.newKvPool(LAYOUT, 3);
                Plan plan = plan(backend, table, kv)) {
            plan.inputs().append(new int[] {2, 1}, 0, 2, 14, new int[] {2}, 0);
            plan.run();
            float[] page = read(kv, 2);
            int keys = 2 * 16 * 8 + 14 * 8;
            float[] expected = {16, 17, 18, 19, 20, 21, 22, 23, 8, 9, 10, 11, 12, 13, 14, 15};
            for (int from : new int[] {keys, keys + 16 * 8}) {
                assertArrayEquals(expected, Arrays.copyOfRange(page, from, from + 16));
            }
            kv.write(0, arena.allocateFrom(ValueLayout.JAVA_FLOAT, page));
            assertArrayEquals(page, read(kv, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> read(kv, 3));
        }
    }

    private float[] read(KvPool kv, int page) {
        MemorySegment target = arena.allocate(LAYOUT.pageBytes());
        kv.read(page, target);
        return target.toArray(ValueLayout.JAVA_FLOAT);
    }
}
