// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import java.util.Arrays;
import java.util.function.LongSupplier;

/** Compares two operations by turns, so that whatever slows the machine down slows both. */
final class Interleaved {
    private static final long WARMUP_NANOS = 500_000_000;
    private static final long SAMPLE_NANOS = 20_000_000;
    private static final int ROUNDS = 11;
    private static final int BATCHES = 20;

    private final LongSupplier clock;

    /**
     * @param clock nanoseconds
     */
    Interleaved(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Compares batch by batch until the ratio is high enough: on a busy machine, compiled code can be many seconds late.
     *
     * @return how many times as long the first takes as the second: the median of a batch, the best of all batches
     */
    double medianRatio(Runnable first, Runnable second, double enough) {
        double best = 0;
        for (int batch = 0; batch < BATCHES && best < enough; batch++) {
            time(first, WARMUP_NANOS);
            time(second, WARMUP_NANOS);
            best = Math.max(best, medianOfRounds(first, second));
        }
        return best;
    }

    private double medianOfRounds(Runnable first, Runnable second) {
        double[] ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            ratios[round] = time(first, SAMPLE_NANOS) / time(second, SAMPLE_NANOS);
        }
        Arrays.sort(ratios);
        return ratios[ROUNDS / 2];
    }

    /** Nanoseconds of a run, by runs that last so long together, or by one. */
    private double time(Runnable operation, long nanos) {
        long start = clock.getAsLong();
        long runs = 0;
        long elapsed;
        do {
            operation.run();
            runs++;
            elapsed = clock.getAsLong() - start;
        } while (elapsed < nanos);
        return (double) elapsed / runs;
    }
}
