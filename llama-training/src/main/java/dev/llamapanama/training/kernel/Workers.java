// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import dev.llamapanama.tensor.cpu.WorkerPool;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one training run. Work comes in parts that write to different places, so that it doesn't matter which worker takes
 * which: results are the same for any number of threads. One piece of work at a time; the calling thread is worker 0.
 */
public final class Workers implements AutoCloseable {
    /** One of several independent parts of a piece of work. */
    @FunctionalInterface
    public interface Part {
        /**
         * @param part from 0 on
         * @param worker who does it, for what each worker has of its own
         */
        void run(int part, int worker);
    }

    private final WorkerPool pool;
    private final AtomicInteger next = new AtomicInteger();

    /**
     * @param threads how many, the calling one included
     */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: found " + threads + ", expected at least 1");
        }
        pool = new WorkerPool(threads);
    }

    /** How many there are, the calling one included. */
    public int count() {
        return pool.workers();
    }

    /**
     * Does all parts and returns when they are done; the first failure of any is thrown.
     *
     * @throws IllegalStateException if the workers are dismissed
     */
    public void run(int count, Part part) {
        next.set(0);
        if (count == 1) {
            pool.run(0, (worker, workers) -> takeParts(1, part, worker));
        } else {
            pool.run((worker, workers) -> takeParts(count, part, worker));
        }
    }

    private void takeParts(int count, Part work, int worker) {
        try {
            for (int part = next.getAndIncrement(); part < count; part = next.getAndIncrement()) {
                work.run(part, worker);
            }
        } catch (Throwable t) {
            next.set(count);
            throw t;
        }
    }

    /** Even ranges of a few hundred items each, as parts. */
    void runRanges(int items, int atOnce, Range range) {
        run((items + atOnce - 1) / atOnce, (part, worker) -> {
            int from = part * atOnce;
            range.run(from, Math.min(items, from + atOnce));
        });
    }

    /** Works on some of the items. */
    @FunctionalInterface
    interface Range {
        void run(int from, int to);
    }

    @Override
    public void close() {
        pool.close();
    }
}
