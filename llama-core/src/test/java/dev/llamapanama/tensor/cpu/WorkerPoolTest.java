// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPoolTest {
    private static final long FAR_AWAY_NANOS = 60_000_000_000L;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void everyRegionRunsOnceOnEveryWorker(int threads) {
        int regions = threads <= 2 ? 100_000 : 2_000;
        AtomicIntegerArray runs = new AtomicIntegerArray(threads);
        try (WorkerPool pool = new WorkerPool(threads)) {
            assertEquals(threads, pool.workers());
            for (int region = 1; region <= regions; region++) {
                pool.run((worker, workers) -> {
                    assertEquals(threads, workers);
                    runs.incrementAndGet(worker);
                });
                for (int worker = 0; worker < threads; worker++) {
                    assertEquals(region, runs.get(worker), "worker " + worker);
                }
            }
        }
    }

    /** Between regions the caller takes its time now and then, so that workers are found spinning, parking and parked. */
    @Test
    void noRegionIsLostWhileWorkersFallAsleep() {
        AtomicInteger runs = new AtomicInteger();
        try (WorkerPool pool = new WorkerPool(3)) {
            for (int region = 1; region <= 500; region++) {
                LockSupport.parkNanos(region % 4 * 20_000L);
                pool.run((worker, workers) -> runs.incrementAndGet());
                assertEquals(3 * region, runs.get());
            }
        }
    }

    @Test
    void theCallerIsWorkerZeroAndSeesWhatTheOthersWrote() {
        try (WorkerPool pool = new WorkerPool(4)) {
            Thread[] threads = new Thread[4];
            pool.run((worker, workers) -> threads[worker] = Thread.currentThread());
            assertSame(Thread.currentThread(), threads[0]);
            assertEquals(4, List.of(threads).stream().distinct().count());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aFailureReachesTheCallerAndThePoolGoesOn(int failing) {
        RuntimeException failure = new RuntimeException("in worker " + failing);
        Error error = new AssertionError("in worker " + failing);
        AtomicInteger runs = new AtomicInteger();
        try (WorkerPool pool = new WorkerPool(3)) {
            for (int i = 0; i < 300; i++) {
                Throwable thrown = i % 2 == 0 ? failure : error;
                assertSame(
                        thrown,
                        assertThrows(
                                Throwable.class,
                                () -> pool.run((worker, workers) -> {
                                    runs.incrementAndGet();
                                    if (worker == failing) {
                                        raise(thrown);
                                    }
                                })));
                pool.run((worker, workers) -> runs.incrementAndGet());
            }
        }
        assertEquals(1_800, runs.get());
    }

    private static void raise(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    @Test
    void allMayFailAtOnce() {
        try (WorkerPool pool = new WorkerPool(3)) {
            for (int i = 0; i < 300; i++) {
                assertThrows(
                        IllegalStateException.class,
                        () -> pool.run((worker, workers) -> {
                            throw new IllegalStateException("worker " + worker);
                        }));
            }
            pool.run((worker, workers) -> {});
        }
    }

    @Test
    void anInterruptOfTheCallerIsKeptAndBreaksNothing() {
        AtomicInteger runs = new AtomicInteger();
        try (WorkerPool pool = new WorkerPool(2)) {
            for (int i = 0; i < 300; i++) {
                Thread.currentThread().interrupt();
                pool.run((worker, workers) -> {
                    if (worker == 1) {
                        LockSupport.parkNanos(100_000);
                    }
                    runs.incrementAndGet();
                });
                assertTrue(Thread.interrupted());
            }
        }
        assertEquals(600, runs.get());
    }

    @Test
    void idleWorkersParkAndCloseEndsThem() {
        List<Thread> others = new ArrayList<>();
        try (WorkerPool pool = new WorkerPool(3)) {
            Thread[] threads = new Thread[3];
            pool.run((worker, workers) -> threads[worker] = Thread.currentThread());
            others.addAll(List.of(threads[1], threads[2]));
            for (Thread other : others) {
                assertTrue(other.isDaemon());
                await(() -> other.getState() == Thread.State.WAITING);
            }
        }
        for (Thread other : others) {
            await(() -> other.getState() == Thread.State.TERMINATED);
        }
    }

    @Test
    void closingTwiceIsFineAndAClosedPoolSaysSo() {
        WorkerPool pool = new WorkerPool(2);
        pool.close();
        pool.close();
        assertThrows(IllegalStateException.class, () -> pool.run((worker, workers) -> {}));
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + FAR_AWAY_NANOS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "a minute has passed");
            Thread.onSpinWait();
        }
    }
}
