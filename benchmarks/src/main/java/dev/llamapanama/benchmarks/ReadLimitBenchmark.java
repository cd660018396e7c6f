// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** The limit of decoding: how fast memory can be read. */
public class ReadLimitBenchmark extends ForkedBenchmark {
    @Param({"1024"})
    int megabytes;

    @Param({"0"})
    int threads;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private ParallelRead read;

    @Setup(Level.Trial)
    public void setUp() {
        read = new ParallelRead(threads, (long) megabytes << 20);
    }

    @Benchmark
    public long read() {
        return read.run();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        read.check();
        read.close();
    }
}
