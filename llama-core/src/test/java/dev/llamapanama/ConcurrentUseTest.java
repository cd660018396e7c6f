// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many threads on one model, and one that closes it under their feet. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConcurrentUseTest {
    private static final int THREADS = 5;

    private final Path file;

    @AutoClose("shutdownNow")
    private final ExecutorService executor = Executors.newCachedThreadPool(runnable -> {
        Thread thread = new Thread(runnable);
        thread.setDaemon(true);
        return thread;
    });

    ConcurrentUseTest(@TempDir Path folder) {
        file = TestModel.builder().layers(1).contextLength(4096).build().writeGguf(folder);
    }

    /** The cache holds three generations of the five that run at once. */
    @Test
    void generationsSideBySideAreWhatTheyAreAlone() throws Exception {
        long page = 2L * 2 * 16 * 16 * Short.BYTES;
        try (Llama llama = Llama.open(
                file, LlamaOptions.DEFAULT.withThreads(2).withContextLength(64).withKvCacheBytes(12 * page))) {
            List<Generation> alone =
                    IntStream.range(0, THREADS).mapToObj(i -> story(llama, i)).toList();
            List<Future<Boolean>> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Generation expected = alone.get(i);
                int number = i;
                threads.add(executor.submit(() -> {
                    for (int round = 0; round < 4; round++) {
                        Generation found = story(llama, number);
                        assertEquals(expected.tokens(), found.tokens());
                        assertEquals(expected.text(), found.text());
                    }
                    return true;
                }));
            }
            for (Future<Boolean> thread : threads) {
                assertTrue(thread.get());
            }
        }
    }

    private static Generation story(Llama llama, int number) {
        GenerationOptions options = GenerationOptions.builder()
                .maxTokens(50)
                .temperature(number == 0 ? 0 : 1)
                .seed(number)
                .build();
        return llama.generate("once upon a time ".repeat(number), options);
    }

    private static GenerationOptions endless() {
        return GenerationOptions.builder()
                .maxTokens(4000)
                .temperature(100)
                .topP(1)
                .seed(1)
                .build();
    }

    @Test
    void closingFailsAGenerationAtItsNextStep() throws Exception {
        Llama llama = Llama.open(file);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Future<Generation> generation = executor.submit(() -> llama.generate("a", endless(), piece -> {
            begun.countDown();
            await(closed);
        }));
        await(begun);
        llama.close();
        closed.countDown();
        assertClosed(generation);
        assertThrows(IllegalStateException.class, () -> llama.generate("a"));
        assertThrows(IllegalStateException.class, llama::session);
        llama.close();
    }

    /** Whatever is being computed at that moment. */
    @Test
    void closingAtAnyMomentCrashesNothing() throws Exception {
        for (int round = 0; round < 20; round++) {
            Llama llama = Llama.open(file, LlamaOptions.DEFAULT.withThreads(2));
            CountDownLatch begun = new CountDownLatch(40);
            Future<Boolean> generation = executor.submit(() -> {
                llama.generate("a", endless(), piece -> begun.countDown());
                return true;
            });
            Session session = llama.session(4000);
            Future<Boolean> prefill = executor.submit(() -> {
                session.feedAll(new int[4000], (logits, index) -> begun.countDown());
                return true;
            });
            await(begun);
            List<Future<Boolean>> closers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                closers.add(executor.submit(() -> {
                    llama.close();
                    return true;
                }));
            }
            for (Future<Boolean> closer : closers) {
                assertTrue(closer.get());
            }
            assertEnded(generation);
            assertEnded(prefill);
            session.close();
        }
    }

    @Test
    void closingEndsTheWaitForMemory() throws Exception {
        Llama llama = Llama.open(file, LlamaOptions.DEFAULT.withKvCacheBytes(1));
        Session all = llama.session();
        Thread[] waiting = new Thread[1];
        CountDownLatch begun = new CountDownLatch(1);
        Future<Generation> generation = executor.submit(() -> {
            waiting[0] = Thread.currentThread();
            begun.countDown();
            return llama.generate("a");
        });
        await(begun);
        while (waiting[0].getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        llama.close();
        assertClosed(generation);
        all.close();
    }

    @Test
    void closingEndsTheThreadsOfTheEngine() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Llama llama = Llama.open(file, LlamaOptions.DEFAULT.withThreads(4));
        Set<Thread> own = new HashSet<>(Thread.getAllStackTraces().keySet());
        own.removeAll(before);
        own.removeIf(thread -> !thread.getName().startsWith("llama-"));
        assertEquals(3, own.size(), "the calling thread is the fourth");
        llama.close();
        while (own.stream().anyMatch(Thread::isAlive)) {
            Thread.onSpinWait();
        }
    }

    /** By itself, or because the model was closed. */
    private static void assertEnded(Future<Boolean> future) throws Exception {
        try {
            assertTrue(future.get(50, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            assertClosed(future);
        }
    }

    private static void assertClosed(Future<?> future) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> future.get(50, TimeUnit.SECONDS));
        Throwable cause = assertInstanceOf(IllegalStateException.class, failure.getCause());
        assertEquals("the model is closed", cause.getMessage());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(50, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
