// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import java.util.concurrent.Executor;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a kernel ready, once enough work has been missed without it: exercises it, on a thread that all kernels of this JVM share, until it
 * is faster than loops. Code that isn't compiled counts its calls and loops, and the JIT compiles it when they are many.
 */
final class WarmUp implements Readiness, Runnable, Comparable<WarmUp> {
    /** Multiplications that take loops as long as a kernel takes to get ready, roughly. */
    static final long WORTHWHILE = 1L << 28;

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    /** Calls that the JIT waits for before it looks at loops, and some more. */
    private static final int INTERPRETED = 300;
    /** A compiled kernel is several times as fast as the fastest loops; anything less is chance. */
    private static final int TIMES = 2;
    /** How often it has to be before that is believed. */
    private static final int PROOFS = 3;
    /** A kernel that isn't compiled by then never will be. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /** With no more cores than these, kernels for one token are exercised by the first tokens: a thread would take from the prompt what it saves later. */
    private static final int FEW_CORES = 2;

    private static final Executor THREAD = thread();

    private final Urgency urgency;
    private final Supplier<Exercise> exercise;
    private final int cores;
    private final LongSupplier clock;
    private final Executor executor;
    private final AtomicLong missed = new AtomicLong();
    private volatile boolean ready;

    WarmUp(Urgency urgency, Supplier<Exercise> exercise) {
        this(urgency, exercise, Runtime.getRuntime().availableProcessors(), System::nanoTime, THREAD);
    }

    WarmUp(Urgency urgency, Supplier<Exercise> exercise, int cores, LongSupplier clock, Executor executor) {
        this.urgency = urgency;
        this.exercise = exercise;
        this.cores = cores;
        this.clock = clock;
        this.executor = executor;
    }

    private static Executor thread() {
        ThreadPoolExecutor thread = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new PriorityBlockingQueue<>(),
                Thread.ofPlatform().name("llama-warm-up").daemon().factory());
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public void missed(long multiplications) {
        long before = missed.getAndAdd(multiplications);
        if (before >= WORTHWHILE || before + multiplications < WORTHWHILE) {
            return;
        }
        if (urgency == Urgency.NONE) {
            ready = true;
        } else {
            executor.execute(this);
        }
    }

    @Override
    public void expected(long weights) {
        if (urgency != Urgency.TOKEN || cores > FEW_CORES) {
            missed(weights);
        } else if (missed.addAndGet(weights) >= WORTHWHILE) {
            ready = true;
        }
    }

    @Override
    public void run() {
        long start = clock.getAsLong();
        Exercise exercise = this.exercise.get();
        for (int i = 0; i < INTERPRETED; i++) {
            exercise.prelude();
        }
        long loops = Long.MAX_VALUE;
        for (int proofs = 0; proofs < PROOFS; ) {
            loops = Math.min(loops, time(exercise::withLoops));
            proofs = TIMES * time(exercise::withVectors) < loops ? proofs + 1 : 0;
            if (clock.getAsLong() - start > PATIENCE_NANOS) {
                LOG.warn("The JIT doesn't compile {}; going on without vectors", exercise);
                return;
            }
        }
        ready = true;
        LOG.debug("{} is compiled after {} ms", exercise, (clock.getAsLong() - start) / 1_000_000);
    }

    private long time(Runnable run) {
        long start = clock.getAsLong();
        run.run();
        return clock.getAsLong() - start;
    }

    @Override
    public int compareTo(WarmUp other) {
        return urgency.compareTo(other.urgency);
    }
}
