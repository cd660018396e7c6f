// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one training run. Work comes in parts that write to different places, so that it doesn't matter which worker takes
 * which: results are the same for any number of threads. One piece of work at a time; the calling thread is worker 0.
 */
public final class Workers implements AutoCloseable {
    /** Long enough to bridge what is between two products, short enough not to steal a core from other processes. */
    private static final long SPIN_NANOS = 50_000;

    /** One of several independent parts of a piece of work. */
    @FunctionalInterface
    public interface Part {
        /**
         * @param part from 0 on
         * @param worker who does it, for what each worker has of its own
         */
        void run(int part, int worker);
    }

    private final Worker[] others;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger generation = new AtomicInteger();
    private volatile @Nullable Thread waiter;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;
    private Part work = (part, worker) -> {};
    private int parts;

    /**
     * @param threads how many, the calling one included
     */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: found " + threads + ", expected at least 1");
        }
        others = new Worker[threads - 1];
        for (int i = 0; i < others.length; i++) {
            others[i] = new Worker(i + 1);
            others[i].start();
        }
    }

    /** How many there are, the calling one included. */
    public int count() {
        return others.length + 1;
    }

    /**
     * Does all parts and returns when they are done; the first failure of any is thrown.
     *
     * @throws IllegalStateException if the workers are dismissed
     */
    public void run(int count, Part part) {
        if (closed) {
            throw new IllegalStateException("the workers are closed");
        }
        if (others.length == 0 || count == 1) {
            for (int i = 0; i < count; i++) {
                part.run(i, 0);
            }
            return;
        }
        work = part;
        parts = count;
        next.set(0);
        pending.set(others.length);
        generation.incrementAndGet();
        for (Worker other : others) {
            other.wake();
        }
        takeParts(0);
        awaitOthers();
        rethrow();
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

    private void takeParts(int worker) {
        try {
            for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
                work.run(part, worker);
            }
        } catch (Throwable t) {
            next.set(parts);
            fail(t);
        }
    }

    private void awaitOthers() {
        long deadline = System.nanoTime() + SPIN_NANOS;
        boolean interrupted = false;
        while (pending.get() != 0) {
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
            super("llama-training-" + index);
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
                takeParts(index);
                if (pending.decrementAndGet() == 0) {
                    LockSupport.unpark(waiter);
                }
            }
        }

        /** Waits for work after that seen last; false when there will be none. */
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
                    LockSupport.park(Workers.this);
                }
                parked = false;
            }
            return true;
        }
    }
}
