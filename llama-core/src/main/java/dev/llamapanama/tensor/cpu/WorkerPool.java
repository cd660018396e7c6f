// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one engine. A parallel region costs less than a microsecond while regions follow each other closely,
 * because idle workers spin for a moment before they park; after that an idle engine uses no core at all.
 *
 * <p>One region at a time; the calling thread is worker 0.
 */
public final class WorkerPool implements AutoCloseable {
    /** Long enough to bridge the serial parts of a step, short enough not to steal a core from other processes. */
    private static final long SPIN_NANOS = 50_000;

    /** Below so many multiplications a region isn't worth waking others for. */
    private static final long SERIAL_LIMIT = 1 << 16;

    /** Work that is split among the workers by their number. */
    @FunctionalInterface
    public interface Region {
        /**
         * @param worker from 0 on
         * @param workers all of them
         */
        void run(int worker, int workers);
    }

    private final Worker[] others;
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger generation = new AtomicInteger();
    private volatile @Nullable Thread waiter;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;
    private Region region = (worker, workers) -> {};

    /**
     * @param threads the calling one included
     */
    public WorkerPool(int threads) {
        others = new Worker[threads - 1];
        for (int i = 0; i < others.length; i++) {
            others[i] = new Worker(i + 1);
            others[i].start();
        }
    }

    /** How many there are, the calling one included. */
    public int workers() {
        return others.length + 1;
    }

    /** Where a worker's even, contiguous share of so many items begins; that of the next one is where it ends. */
    static int share(int items, int worker, int workers) {
        return (int) ((long) items * worker / workers);
    }

    /**
     * Runs the region on all workers, or on this thread alone if it is small.
     *
     * @param work multiplications of the whole region, roughly
     */
    public void run(long work, Region next) {
        if (work < SERIAL_LIMIT) {
            next.run(0, 1);
        } else {
            run(next);
        }
    }

    /**
     * Runs the region on all workers and returns when each has finished; the first failure of any is thrown.
     *
     * @throws IllegalStateException if the pool is closed
     */
    public void run(Region next) {
        if (closed) {
            throw new IllegalStateException("the threads have ended: their owner is closed");
        }
        if (others.length == 0) {
            next.run(0, 1);
            return;
        }
        region = next;
        pending.set(others.length);
        generation.incrementAndGet();
        for (Worker other : others) {
            other.wake();
        }
        try {
            next.run(0, workers());
        } catch (Throwable t) {
            fail(t);
        }
        awaitOthers();
        rethrow();
    }

    private void awaitOthers() {
        long deadline = 0;
        boolean interrupted = false;
        while (pending.get() != 0) {
            if (deadline == 0) {
                deadline = System.nanoTime() + SPIN_NANOS;
            }
            if (System.nanoTime() < deadline) {
                Thread.onSpinWait();
                continue;
            }
            waiter = Thread.currentThread();
            if (pending.get() != 0) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
        }
        waiter = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void fail(Throwable t) {
        if (failure == null) {
            failure = t;
        }
    }

    private void rethrow() {
        Throwable t = failure;
        if (t == null) {
            return;
        }
        failure = null;
        switch (t) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(t);
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Worker other : others) {
            LockSupport.unpark(other);
        }
    }

    private final class Worker extends Thread {
        private final int index;
        private volatile boolean parked;

        Worker(int index) {
            super("llama-cpu-" + index);
            this.index = index;
            setDaemon(true);
        }

        void wake() {
            if (parked) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            int seen = 0;
            while (await(seen)) {
                seen++;
                try {
                    region.run(index, workers());
                } catch (Throwable t) {
                    fail(t);
                }
                if (pending.decrementAndGet() == 0) {
                    LockSupport.unpark(waiter);
                }
            }
        }

        /** Waits for a region after the one seen last; false when the pool is closed. */
        private boolean await(int seen) {
            long deadline = System.nanoTime() + SPIN_NANOS;
            while (generation.get() == seen) {
                if (closed) {
                    return false;
                }
                if (System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                    continue;
                }
                parked = true;
                if (generation.get() == seen && !closed) {
                    LockSupport.park(WorkerPool.this);
                }
                parked = false;
            }
            return true;
        }
    }
}
