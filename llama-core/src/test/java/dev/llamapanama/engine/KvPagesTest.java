// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KvPagesTest {
    private final KvPages pages = new KvPages(new Pool(4), 0, Telemetry.NONE);

    private record Pool(int pages) implements KvPool {
        @Override
        public KvLayout layout() {
            return new KvLayout(1, 1, 2, DType.F32);
        }

        @Override
        public void read(int page, MemorySegment target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(int page, MemorySegment source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    @Test
    void handsOutEachPageOnce() {
        assertEquals(64, pages.positions());
        int[] first = pages.acquire(3, Cancellation.never());
        int[] second = pages.acquire(1, Cancellation.never());
        assertArrayEquals(
                new int[] {0, 1, 2, 3},
                IntStream.concat(Arrays.stream(first), Arrays.stream(second))
                        .sorted()
                        .toArray());
        pages.release(first);
        assertArrayEquals(first, pages.acquire(3, Cancellation.never()));
    }

    @Test
    void whatCanNeverBeIsRefusedAtOnce() {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> pages.acquire(5, Cancellation.never()))
                        .getMessage());
        assertTrue(message.contains("found a request for 80 positions, expected at most 64"), message);
    }

    @Test
    void waitsUntilThereAreEnough() throws Exception {
        int[] two = pages.acquire(2, Cancellation.never());
        int[] one = pages.acquire(1, Cancellation.never());
        Waiter<int[]> waiter = new Waiter<>(() -> pages.acquire(4, Cancellation.never()));
        waiter.awaitWaiting();
        pages.release(one);
        waiter.awaitWaiting();
        pages.release(two);
        assertEquals(4, waiter.result().length);
    }

    @Test
    void equalRequestsAreServedInTheirOrder() throws Exception {
        int[] all = pages.acquire(4, Cancellation.never());
        List<Integer> served = new ArrayList<>();
        List<Waiter<Boolean>> waiters = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            Waiter<Boolean> waiter = new Waiter<>(() -> {
                int[] mine = pages.acquire(4, Cancellation.never());
                served.add(number);
                pages.release(mine);
                return true;
            });
            waiter.awaitWaiting();
            waiters.add(waiter);
        }
        pages.release(all);
        for (Waiter<Boolean> waiter : waiters) {
            assertTrue(waiter.result());
        }
        assertEquals(List.of(0, 1, 2, 3, 4), served);
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() throws Exception {
        int[] all = pages.acquire(4, Cancellation.never());
        Waiter<Boolean> waiter = new Waiter<>(() -> {
            assertThrows(CancellationException.class, () -> pages.acquire(1, Cancellation.never()));
            return Thread.currentThread().isInterrupted();
        });
        waiter.awaitWaiting();
        waiter.thread.interrupt();
        assertTrue(waiter.result());
        pages.release(all);
        assertEquals(4, pages.acquire(4, Cancellation.never()).length);
    }

    @Test
    void anInterruptedThreadGetsWhatIsThere() {
        Thread.currentThread().interrupt();
        int[] taken = pages.acquire(4, Cancellation.never());
        assertTrue(Thread.interrupted());
        assertEquals(4, taken.length);
    }

    @Test
    void closingEndsTheWaitAndAllThatFollows() throws Exception {
        int[] all = pages.acquire(4, Cancellation.never());
        List<Waiter<int[]>> waiters = Stream.generate(() -> new Waiter<>(() -> pages.acquire(1, Cancellation.never())))
                .limit(3)
                .toList();
        for (Waiter<int[]> waiter : waiters) {
            waiter.awaitWaiting();
        }
        pages.close();
        for (Waiter<int[]> waiter : waiters) {
            ExecutionException failure = assertThrows(ExecutionException.class, waiter::result);
            assertInstanceOf(IllegalStateException.class, failure.getCause());
        }
        pages.release(all);
        assertThrows(IllegalStateException.class, () -> pages.acquire(1, Cancellation.never()));
        pages.close();
    }

    /** Many threads for few pages: none is ever in two hands. */
    @Test
    void noPageHasTwoOwners() throws Exception {
        AtomicIntegerArray owners = new AtomicIntegerArray(4);
        List<Waiter<Boolean>> threads = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Random random = new Random(i);
            threads.add(new Waiter<>(() -> {
                for (int turn = 0; turn < 500; turn++) {
                    int[] mine = pages.acquire(1 + random.nextInt(4), Cancellation.never());
                    for (int page : mine) {
                        assertEquals(1, owners.incrementAndGet(page));
                    }
                    for (int page : mine) {
                        owners.decrementAndGet(page);
                    }
                    pages.release(mine);
                }
                return true;
            }));
        }
        for (Waiter<Boolean> thread : threads) {
            assertTrue(thread.result());
        }
        assertEquals(4, pages.acquire(4, Cancellation.never()).length);
    }

    /** A thread that is expected to get stuck. */
    private static final class Waiter<T> {
        private final FutureTask<T> task;
        private final Thread thread;

        Waiter(Callable<T> action) {
            task = new FutureTask<>(action);
            thread = new Thread(task);
            thread.setDaemon(true);
            thread.start();
        }

        void awaitWaiting() {
            while (thread.getState() != Thread.State.WAITING) {
                assertTrue(thread.isAlive(), "it didn't wait");
                Thread.onSpinWait();
            }
        }

        T result() throws Exception {
            return Objects.requireNonNull(task.get(50, TimeUnit.SECONDS));
        }
    }
}
