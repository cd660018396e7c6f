// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The limit of prompts: F32 multiply-adds in registers only. A run is {@value #FLOPS} floating-point operations for each thread,
 * whatever the width of its vectors.
 */
public class FmaPeakBenchmark extends ForkedBenchmark {
    /** Operations of a thread and run. */
    static final long FLOPS = 12L << 26;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    /** Twelve cover the latency of two units and leave four of sixteen registers. */
    private static final int ACCUMULATORS = 12;

    private static final int STEPS = (int) (FLOPS / (2L * ACCUMULATORS * SPECIES.length()));

    @Param({"0"})
    int threads;

    /** Not constants, which the compiler would multiply itself. */
    private float one = 1;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Team team;

    @Setup(Level.Trial)
    public void setUp() {
        team = new Team(threads);
    }

    /** The accumulator is the addend, which the instruction overwrites. */
    private static long multiplyAdd(float w, float x) {
        FloatVector v = FloatVector.broadcast(SPECIES, w);
        FloatVector u = FloatVector.broadcast(SPECIES, x);
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector a5 = a0;
        FloatVector a6 = a0;
        FloatVector a7 = a0;
        FloatVector a8 = a0;
        FloatVector a9 = a0;
        FloatVector a10 = a0;
        FloatVector a11 = a0;
        for (int i = 0; i < STEPS; i++) {
            a0 = v.fma(u, a0);
            a1 = v.fma(u, a1);
            a2 = v.fma(u, a2);
            a3 = v.fma(u, a3);
            a4 = v.fma(u, a4);
            a5 = v.fma(u, a5);
            a6 = v.fma(u, a6);
            a7 = v.fma(u, a7);
            a8 = v.fma(u, a8);
            a9 = v.fma(u, a9);
            a10 = v.fma(u, a10);
            a11 = v.fma(u, a11);
        }
        FloatVector sum = a0.add(a1)
                .add(a2.add(a3))
                .add(a4.add(a5).add(a6.add(a7)))
                .add(a8.add(a9).add(a10.add(a11)));
        return (long) sum.reduceLanes(VectorOperators.ADD);
    }

    @Benchmark
    public long multiplyAdd() {
        return team.sum(thread -> multiplyAdd(one, one));
    }

    /** Sums of ones are exact to far beyond this many. */
    @TearDown(Level.Trial)
    public void tearDown() {
        ResultCheck.holds(multiplyAdd() == team.size() * (FLOPS / 2), "multiply-add: the sum is not that of the ones");
        team.close();
    }
}
