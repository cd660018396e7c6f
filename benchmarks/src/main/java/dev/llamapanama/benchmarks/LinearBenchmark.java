// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.BackendSelection;
import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A linear layer for every weight type and backend. One token is decoding, bound by reading the weights; eight are a small batch of
 * sequences; many are a prompt, bound by arithmetic.
 */
public class LinearBenchmark extends ForkedBenchmark {
    /** Every type there is. */
    @Param
    DType type = DType.F32;

    @Param({"1", "8", "128"})
    int tokens;

    @Param({"2048x2048", "8192x2048", "2048x8192"})
    String size = "";

    /** Weights that the calls go through in turn; 0 for always the same, which stay in a cache. */
    @Param({"256"})
    int coldMegabytes;

    /** Layers of a call, whose time is that of all of them; on a GPU, one would be shorter than the call. */
    @Param({"1"})
    int layers;

    @Param({"cpu-scalar", "cpu-vector"})
    String backend = BackendSelection.AUTO;

    @Param({"0"})
    int threads;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private LinearLayer layer;

    @Setup(Level.Trial)
    public void setUp() {
        layer = new LinearLayer(
                backend, threads, type, MatrixSize.parse(size), tokens, layers, (long) coldMegabytes << 20);
    }

    @Benchmark
    public MemorySegment linear() {
        return layer.run();
    }

    /** The check comes last, so that it sees the compiled code. */
    @TearDown(Level.Trial)
    public void tearDown() {
        layer.check();
        layer.close();
    }
}
