// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The one thread that calls the driver on behalf of a device: a context belongs to a thread of the operating system. Others hand it tasks
 * and wait. A daemon, so that a backend that was forgotten doesn't keep the JVM alive. Between steps that follow each other neither side sleeps:
 * each looks for what the other does, for milliseconds, and only then waits to be woken.
 */
public final class DeviceThread implements AutoCloseable {
    /** How long callers look for the end of their task: as long as many a step. */
    private static final long WATCHED_NANOS = 3_000_000;

    private static final boolean HAS_PROCESSORS = Runtime.getRuntime().availableProcessors() > 1;

    private final ExecutorService executor;
    private final Thread thread;

    /**
     * @param name of the thread
     */
    public DeviceThread(String name) {
        executor = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                HAS_PROCESSORS ? new WatchedQueue() : new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(name).daemon().factory());
        thread = await(executor.submit(Thread::currentThread));
    }

    /**
     * Runs a task on the thread and waits for its result, even if the caller is interrupted, which it is told afterwards. What the task
     * throws is thrown here.
     *
     * @throws IllegalStateException if the thread has ended
     */
    public <T> T call(Supplier<T> task) {
        if (Thread.currentThread() == thread) {
            return task.get();
        }
        try {
            return await(executor.submit(task::get));
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("backend: found it closed, expected it open", e);
        }
    }

    /** As {@link #call}, without a result. */
    public void run(Runnable task) {
        call(() -> {
            task.run();
            return true;
        });
    }

    private static void watch(Future<?> result) {
        long start = System.nanoTime();
        while (HAS_PROCESSORS && !result.isDone() && System.nanoTime() - start < WATCHED_NANOS) {
            Thread.onSpinWait();
        }
    }

    private static <T> T await(Future<T> result) {
        watch(result);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw thrown(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException thrown(ExecutionException e) {
        return switch (e.getCause()) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            case null, default -> new IllegalStateException(e);
        };
    }

    /** Whether it has ended. */
    public boolean isClosed() {
        return executor.isShutdown();
    }

    /** Ends the thread after the tasks that it has been handed. Idempotent. */
    @Override
    public void close() {
        executor.close();
    }
}
