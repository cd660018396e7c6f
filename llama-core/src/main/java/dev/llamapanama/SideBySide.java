// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Runs calls at the same time, so that they share steps. */
final class SideBySide {
    private SideBySide() {}

    /**
     * Waits for all results. Where one fails, the others are interrupted.
     *
     * @return the results, in order
     * @throws CancellationException if the thread is interrupted, which it stays
     */
    static <T> List<T> run(List<? extends Callable<T>> calls) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                return results(calls.stream().map(threads::submit).toList());
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw (CancellationException) new CancellationException("interrupted").initCause(e);
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw unchecked(e.getCause());
            }
        }
    }

    private static <T> List<T> results(List<Future<T>> futures) throws InterruptedException, ExecutionException {
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        return results;
    }

    private static RuntimeException unchecked(@Nullable Throwable cause) {
        return switch (cause) {
            case null -> new IllegalStateException();
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(cause);
        };
    }
}
