// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToLongFunction;

/** Threads that do one thing at once. They take microseconds to wake: for work of milliseconds. */
final class Team implements AutoCloseable {
    private final int size;
    private final ExecutorService threads;

    /**
     * @param size number of threads; 0 for one on every core
     */
    Team(int size) {
        this.size = size > 0 ? size : Runtime.getRuntime().availableProcessors();
        threads = Executors.newFixedThreadPool(
                this.size, Thread.ofPlatform().daemon().factory());
    }

    int size() {
        return size;
    }

    /** Runs the part of each thread, given its number, and adds up what they return. */
    long sum(IntToLongFunction part) {
        List<Callable<Long>> parts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int thread = i;
            parts.add(() -> part.applyAsLong(thread));
        }
        try {
            long sum = 0;
            for (Future<Long> result : threads.invokeAll(parts)) {
                sum += result.get();
            }
            return sum;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
