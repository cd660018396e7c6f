// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeviceThreadTest {
    @AutoClose
    private final DeviceThread thread = new DeviceThread("gpu-test");

    @Test
    void allTasksRunOnOneDaemonOfItsName() {
        Thread first = thread.call(Thread::currentThread);
        assertSame(first, thread.call(Thread::currentThread));
        assertNotSame(Thread.currentThread(), first);
        assertTrue(first.isDaemon());
        assertEquals("gpu-test", first.getName());
    }

    @Test
    void aTaskMayHandOverOthers() {
        assertEquals(3, thread.call(() -> 1 + thread.call(() -> 2)));
    }

    @Test
    void callersAtTheSameTimeGetTheirOwnResults() throws InterruptedException {
        int each = 2000;
        AtomicInteger right = new AtomicInteger();
        List<Thread> callers = IntStream.range(0, 3)
                .mapToObj(caller -> Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < each; i++) {
                        int value = caller * each + i;
                        if (thread.call(() -> value) == value) {
                            right.incrementAndGet();
                        }
                    }
                }))
                .toList();
        for (Thread caller : callers) {
            caller.join();
        }
        assertEquals(3 * each, right.get());
    }

    /** Longer than callers look for its end. */
    @Test
    void aLongTaskIsWaitedFor() {
        assertEquals(5, thread.call(() -> {
            long end = System.nanoTime() + 20_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return 5;
        }));
    }

    @Test
    void whatATaskThrowsIsThrown() {
        CudaException failure = new CudaException("planted");
        assertSame(
                failure,
                assertThrows(
                        CudaException.class,
                        () -> thread.run(() -> {
                            throw failure;
                        })));
        StackOverflowError error = new StackOverflowError();
        assertSame(
                error,
                assertThrows(
                        StackOverflowError.class,
                        () -> thread.run(() -> {
                            throw error;
                        })));
    }

    @Test
    void anInterruptedCallerGetsTheResultAndIsToldAfterwards() {
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        int result = thread.call(() -> {
            caller.interrupt();
            interrupted.countDown();
            return 7;
        });
        assertEquals(0, interrupted.getCount());
        assertEquals(7, result);
        assertTrue(Thread.interrupted());
    }

    @Test
    void onceClosedItRefuses() {
        thread.close();
        thread.close();
        assertThrows(IllegalStateException.class, () -> thread.call(() -> 1));
    }
}
