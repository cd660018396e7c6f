// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.BackendSelection;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A linear layer through the Tensor SPI, for every weight type and backend. One token is decoding, which is bound by reading the
 * weights: each call takes the next of several copies, so that they come from memory. Many tokens are prefill, bound by
 * arithmetic.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
public class LinearBenchmark {
    private static final int ROWS = 2048;
    private static final int COLS = 2048;

    @Param({"F32", "F16", "BF16", "Q8_0", "Q4_0"})
    DType type = DType.F32;

    @Param({"1", "64"})
    int tokens;

    /** Weights that the calls go through in turn; 0 for always the same, which stay in a cache. */
    @Param({"256"})
    int coldMegabytes;

    @Param({"cpu-vector"})
    String backend = BackendSelection.AUTO;

    @Param({"0"})
    int threads;

    private final Arena arena = Arena.ofShared();

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Backend device;

    private Plan[] plans = {};
    private int next;

    public LinearBenchmark() {}

    @Setup(Level.Trial)
    public void setUp() {
        device = BackendSelection.open(backend, new BackendOptions(threads)).backend();
        long bytes = type.bytes(COLS) * ROWS;
        plans = new Plan[(int) Math.max(1, tokens == 1 ? ((long) coldMegabytes << 20) / bytes : 1)];
        for (int i = 0; i < plans.length; i++) {
            plans[i] = record(device.importWeights("w" + i, type, new Shape(ROWS, COLS), random(bytes)));
        }
    }

    private Plan record(Weights weights) {
        Plan plan = device.record(new StepShape(tokens, 1, 16, 1), ops -> body(ops, weights));
        plan.inputs().append(new int[tokens], 0, tokens, 0, new int[16], 0);
        return plan;
    }

    private static void body(Ops ops, Weights weights) {
        Tensor in = ops.temp(Tensor.Rows.TOKENS, COLS);
        Tensor out = ops.temp(Tensor.Rows.TOKENS, ROWS);
        ops.linear(in, weights, Epilogue.STORE, out);
        ops.keepLogits(out);
    }

    /** Random bits are fine: no kernel's speed depends on values, but scales must be finite numbers. */
    private MemorySegment random(long bytes) {
        MemorySegment segment = arena.allocate(bytes, 64);
        Random random = new Random(1);
        for (long at = 0; at + 4 <= bytes; at += 4) {
            segment.set(ValueLayout.JAVA_INT_UNALIGNED, at, random.nextInt() & 0x3f3f3f3f);
        }
        return segment;
    }

    @Benchmark
    public MemorySegment linear() {
        next = (next + 1) % plans.length;
        return plans[next].run();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        for (Plan plan : plans) {
            plan.close();
        }
        device.close();
        arena.close();
    }
}
