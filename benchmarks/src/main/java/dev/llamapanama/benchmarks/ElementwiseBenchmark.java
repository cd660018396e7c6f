// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.BackendSelection;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.Plan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** RMSNorm, RoPE and SwiGLU. The softmax is measured within the attention, since the SPI has none of its own. */
public class ElementwiseBenchmark extends ForkedBenchmark {
    /** Of the first row, so that RoPE turns it. */
    private static final int POSITION = 100;

    @Param
    ElementwiseOp op = ElementwiseOp.RMS_NORM;

    @Param({"1", "128"})
    int tokens;

    @Param({"cpu-scalar", "cpu-vector"})
    String backend = BackendSelection.AUTO;

    @Param({"0"})
    int threads;

    private final Arena arena = Arena.ofShared();

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Backend device;

    @SuppressWarnings("NullAway.Init")
    private Rows rows;

    @SuppressWarnings("NullAway.Init")
    private Rows norm;

    @SuppressWarnings("NullAway.Init")
    private Plan plan;

    @Setup(Level.Trial)
    public void setUp() {
        device = BackendSelection.open(backend, new BackendOptions(threads)).backend();
        rows = Rows.random(device, tokens, op.width(), 6, arena);
        norm = Rows.random(device, 1, op.width(), 7, arena);
        plan = rows.record(device, KvLayout.pagesFor(POSITION + tokens), (ops, x) -> op.append(ops, x, norm.table()));
        rows.feed(plan, POSITION, 1);
    }

    @Benchmark
    @OperationsPerInvocation(ElementwiseOp.REPEATS)
    public MemorySegment elementwise() {
        return plan.run();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        MemorySegment last = plan.run();
        for (int column = 0; column < op.width(); column++) {
            double expected = op.expected(rows, tokens - 1, POSITION + tokens - 1, column, norm.at(0, column));
            float found = last.getAtIndex(ValueLayout.JAVA_FLOAT, column);
            ResultCheck.close(op.title() + ", element " + column, expected, found, 1e-4);
        }
        plan.close();
        rows.close();
        norm.close();
        device.close();
        arena.close();
    }
}
