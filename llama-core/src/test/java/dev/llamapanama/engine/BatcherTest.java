// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.TestAdapter;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.decoder.LlamaDecoder;
import dev.llamapanama.generation.AdapterClosedException;
import dev.llamapanama.generation.ModelClosedException;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.StepInputs;
import dev.llamapanama.tensor.TestBackends;
import dev.llamapanama.tensor.WatchedBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is in which step, and how those end whose callers don't want them any more. Steps wait for the test's leave. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatcherTest {
    private static final int CONTEXT = 512;
    private static final int PAGES = 2000;

    /** What was in a step. */
    private record Seen(int sequences, int tokens) {}

    private final List<Seen> steps = new CopyOnWriteArrayList<>();
    private final Semaphore leave = new Semaphore(0);
    private final Semaphore atStep = new Semaphore(0);
    private final List<Caller> callers = new ArrayList<>();
    private final TestModel model =
            TestModel.builder().layers(1).contextLength(CONTEXT).build();
    private final Path folder;
    private final Checkpoint checkpoint;
    private final Backend backend;
    private final InferenceEngine engine;
    private volatile @Nullable RuntimeException failure;
    private int promptTokens = Steps.MOST_TOKENS;

    BatcherTest(@TempDir Path folder) {
        this.folder = folder;
        checkpoint = Checkpoints.open(model.writeGguf(folder));
        backend = new WatchedBackend(TestBackends.open("cpu-scalar", 1), this::beforeStep) {
            @Override
            public int promptTokens() {
                return promptTokens;
            }
        };
        long pageBytes = LlamaDecoder.kvLayout(model.config(), DType.F16).pageBytes();
        engine = new InferenceEngine(checkpoint, backend, new EngineOptions(CONTEXT, PAGES * pageBytes));
    }

    private void beforeStep(StepInputs inputs) {
        steps.add(new Seen(inputs.sequences(), inputs.tokens()));
        atStep.release();
        leave.acquireUninterruptibly();
        RuntimeException thrown = failure;
        if (thrown != null) {
            failure = null;
            throw thrown;
        }
    }

    @AfterEach
    void close() {
        leave.release(1 << 20);
        callers.forEach(Caller::join);
        engine.close();
        backend.close();
        checkpoint.close();
    }

    /** A thread that runs tokens of a sequence of its own. */
    private final class Caller {
        private final KvSequence sequence;
        private final float[] logits = new float[engine.vocabSize()];
        private final FutureTask<int[]> result;
        private final Thread thread;

        Caller(Cancellation cancellation, int... ids) {
            this(null, cancellation, ids);
        }

        Caller(@Nullable LoadedAdapter adapter, Cancellation cancellation, int... ids) {
            sequence = engine.newSequence(CONTEXT, adapter, Cancellation.never());
            result = new FutureTask<>(() -> engine.feed(sequence, ids, logits, cancellation), ids);
            thread = Thread.ofPlatform().daemon().start(result);
            callers.add(this);
        }

        /** Its tokens are queued: it waits for the step that runs, or is in it. */
        void awaitWaiting() {
            while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }

        @Nullable
        Throwable failure() {
            return assertThrows(ExecutionException.class, result::get).getCause();
        }

        void join() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            sequence.close();
        }
    }

    private Caller caller(int... ids) {
        return callerWith(null, ids);
    }

    private Caller callerWith(@Nullable LoadedAdapter adapter, int... ids) {
        Caller caller = new Caller(adapter, Cancellation.never(), ids);
        caller.awaitWaiting();
        return caller;
    }

    /** A caller whose prompt is being run, one step of it. */
    private Caller leader(int tokens) {
        Caller leader = caller(ids(tokens));
        atStep.acquireUninterruptibly();
        return leader;
    }

    private static int[] ids(int count) {
        return new Random(count).ints(count, 0, 32).toArray();
    }

    @Test
    void whoComesLaterJoinsTheNextStepAndPromptsLeaveRoom() throws Exception {
        Caller prompt = leader(300);
        for (int i = 0; i < 7; i++) {
            caller(i);
        }
        Caller second = caller(ids(100));
        leave.release(1000);
        prompt.result.get();
        second.result.get();
        assertEquals(new Seen(1, 128), steps.get(0));
        assertEquals(new Seen(8, 7 + 32), steps.get(1), "one token of seven, and a part of the prompt that came next");
        assertEquals(400 + 7, steps.stream().mapToInt(Seen::tokens).sum());
        for (Caller each : callers) {
            each.result.get();
            assertArrayEquals(alone(each.result.get()), each.logits);
        }
    }

    private float[] alone(int[] ids) {
        return alone(null, ids);
    }

    private float[] alone(@Nullable LoadedAdapter adapter, int[] ids) {
        float[] logits = new float[engine.vocabSize()];
        try (KvSequence sequence = engine.newSequence(CONTEXT, adapter, Cancellation.never())) {
            engine.feed(sequence, ids, logits);
        }
        return logits;
    }

    @Test
    void promptsTakeTurns() throws Exception {
        Caller first = leader(400);
        Caller second = caller(ids(200));
        leave.release(1000);
        first.result.get();
        second.result.get();
        assertEquals(
                List.of(128, 128, 128, 128, 88),
                steps.stream().map(Seen::tokens).toList());
    }

    @Test
    void aPromptAloneIsReadAsTheBackendLikes() throws Exception {
        promptTokens = 300;
        Caller first = leader(480);
        Caller second = caller(ids(200));
        leave.release(1000);
        first.result.get();
        second.result.get();
        assertEquals(
                List.of(300, 128, 128, 124), steps.stream().map(Seen::tokens).toList());
        assertArrayEquals(alone(ids(480)), first.logits);
        assertArrayEquals(alone(ids(200)), second.logits);
    }

    @Test
    void moreSequencesThanAStepTakesAreServedInOrder() throws Exception {
        Caller leader = leader(2);
        List<Caller> others =
                IntStream.range(0, Steps.MOST_ROWS + 3).mapToObj(i -> caller(1)).toList();
        leave.release(1000);
        leader.result.get();
        for (Caller other : others) {
            other.result.get();
        }
        assertEquals(
                List.of(1, Steps.MOST_ROWS, 3),
                steps.stream().map(Seen::sequences).toList());
    }

    private LoadedAdapter adapter(int seed) {
        Path file = TestAdapter.of(model, 4, 4, seed).writeGguf(folder, "adapter" + seed + ".gguf");
        return engine.load(List.of(new AdapterFile(file, 1)));
    }

    @Test
    void callersWithDifferentAdaptersTakeTurnsAndOnesWithTheSameShareSteps() throws Exception {
        LoadedAdapter one = adapter(1);
        LoadedAdapter other = adapter(2);
        Caller leader = leader(2);
        List<Caller> waiting = List.of(
                callerWith(one, 3), caller(4), callerWith(one, 5), callerWith(other, 6), caller(7), callerWith(one, 8));
        List<LoadedAdapter> adapters = Arrays.asList(one, null, one, other, null, one);
        leave.release(1000);
        leader.result.get();
        for (int i = 0; i < waiting.size(); i++) {
            int[] ids = waiting.get(i).result.get();
            float[] expected = alone(adapters.get(i), ids);
            assertArrayEquals(expected, waiting.get(i).logits);
            assertEquals(adapters.get(i) != null, !Arrays.equals(expected, alone(ids)));
        }
        assertEquals(
                List.of(1, 3, 2, 1),
                steps.stream().limit(4).map(Seen::sequences).toList());
    }

    @Test
    void longPromptsLeaveRoomForThoseWithAnotherAdapter() throws Exception {
        LoadedAdapter adapter = adapter(1);
        Caller prompt = leader(300);
        Caller late = caller(ids(140));
        Caller other = callerWith(adapter, 1);
        leave.release(2);
        atStep.acquireUninterruptibly(2);
        assertEquals(List.of(new Seen(1, 128), new Seen(1, 32), new Seen(1, 1)), steps);
        leave.release(1000);
        prompt.result.get();
        other.result.get();
        late.result.get();
        assertArrayEquals(alone(ids(300)), prompt.logits);
    }

    @Test
    void closingAnAdapterEndsThoseWhoUseItAfterTheirStep() throws Exception {
        LoadedAdapter adapter = adapter(1);
        Caller leader = callerWith(adapter, ids(400));
        atStep.acquireUninterruptibly();
        Caller queued = callerWith(adapter, 2);
        Caller plain = caller(3);
        FutureTask<Void> closing = new FutureTask<>(adapter::close, null);
        Thread closer = Thread.ofPlatform().daemon().start(closing);
        while (closer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        leave.release(1000);
        closing.get();
        assertInstanceOf(AdapterClosedException.class, leader.failure());
        assertInstanceOf(AdapterClosedException.class, queued.failure());
        assertArrayEquals(alone(plain.result.get()), plain.logits);
        assertThrows(AdapterClosedException.class, () -> engine.newSequence(1, adapter, Cancellation.never()));
        assertThrows(AdapterClosedException.class, () -> engine.feed(leader.sequence, new int[] {1}, leader.logits));
        adapter.close();
    }

    /** Plans of the first are gone when it comes again. */
    @Test
    void moreAdaptersThanPlansAreKept() {
        leave.release(1000);
        List<LoadedAdapter> adapters =
                IntStream.range(0, 9).mapToObj(this::adapter).toList();
        float[][] first = adapters.stream().map(each -> alone(each, ids(20))).toArray(float[][]::new);
        for (int i = 0; i < first.length; i++) {
            assertArrayEquals(first[i], alone(adapters.get(i), ids(20)));
        }
    }

    @Test
    void anInterruptTakesOneOutOfTheQueueAtOnce() {
        Caller leader = leader(2);
        Caller other = caller(1, 2, 3);
        other.thread.interrupt();
        assertInstanceOf(CancellationException.class, other.failure());
        assertEquals(0, other.sequence.length());
        leave.release(1000);
        leader.join();
        assertEquals(1, steps.size());
    }

    @Test
    void anInterruptedLeaderEndsAfterItsStepAndAnotherGoesOn() throws Exception {
        Caller leader = leader(400);
        Caller other = caller(5);
        leader.thread.interrupt();
        leave.release(1000);
        assertInstanceOf(CancellationException.class, leader.failure());
        assertEquals(128, leader.sequence.length());
        other.result.get();
        assertEquals(List.of(new Seen(1, 128), new Seen(1, 1)), steps);
    }

    @Test
    void whatIsCancelledOrOutOfTimeEndsBetweenSteps() {
        Cancellation cancelled = Cancellation.never();
        Caller leader = new Caller(cancelled, ids(400));
        atStep.acquireUninterruptibly();
        cancelled.cancel();
        leave.release(1);
        assertInstanceOf(CancellationException.class, leader.failure());
        Caller late = new Caller(Cancellation.after(Duration.ofNanos(1)), 1);
        assertInstanceOf(CancellationException.class, late.failure());
        assertEquals(1, steps.size());
    }

    @Test
    void aFailureIsThatOfAllInTheStepAndOfNoOthers() throws Exception {
        Caller leader = leader(1);
        Caller second = caller(1);
        Caller third = caller(2);
        leave.release(1);
        leader.result.get();
        RuntimeException thrown = new RuntimeException("step");
        atStep.acquireUninterruptibly();
        failure = thrown;
        Caller last = caller(3);
        leave.release(1000);
        assertSame(thrown, second.failure());
        assertSame(thrown, third.failure());
        assertArrayEquals(alone(last.result.get()), last.logits);
    }

    @Test
    void closingEndsAllButTheRunningStep() throws Exception {
        Caller leader = leader(1);
        Caller other = caller(1);
        FutureTask<Void> closing = new FutureTask<>(engine::close, null);
        Thread closer = Thread.ofPlatform().daemon().start(closing);
        while (closer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        leave.release(1000);
        closing.get();
        leader.result.get();
        assertInstanceOf(ModelClosedException.class, other.failure());
        assertThrows(ModelClosedException.class, () -> engine.newSequence(1));
    }

    @Test
    void aSequenceThatIsClosedInAStepKeepsItsPagesUntilItsEnd() throws Exception {
        Caller leader = leader(1);
        int free = free();
        leader.sequence.close();
        assertEquals(free, free());
        Caller queued = caller(1);
        queued.sequence.close();
        leave.release(1000);
        leader.result.get();
        assertInstanceOf(IllegalStateException.class, queued.failure());
        assertTrue(free() > free);
    }

    /** Sequences of the least size that can be begun without waiting. */
    private int free() {
        List<KvSequence> taken = new ArrayList<>();
        Cancellation never = Cancellation.after(Duration.ofNanos(1));
        try {
            while (taken.size() <= PAGES) {
                taken.add(engine.newSequence(1, never));
            }
        } catch (CancellationException full) {
            taken.forEach(KvSequence::close);
            return taken.size();
        }
        throw new AssertionError("more than " + PAGES);
    }

    @Test
    void aHundredCallersGetWhatTheyGetAlone() throws Exception {
        leave.release(1 << 20);
        CountDownLatch start = new CountDownLatch(1);
        List<FutureTask<Boolean>> results = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int[] prompt = ids(1 + i);
            FutureTask<Boolean> result = new FutureTask<>(() -> {
                start.await();
                float[] logits = new float[engine.vocabSize()];
                try (KvSequence sequence = engine.newSequence(130)) {
                    engine.feed(sequence, prompt, logits);
                    for (int t = 0; t < 20; t++) {
                        engine.feed(sequence, new int[] {t}, logits);
                    }
                }
                int[] all = IntStream.concat(IntStream.of(prompt), IntStream.range(0, 20))
                        .toArray();
                assertArrayEquals(alone(all), logits);
                return true;
            });
            results.add(result);
            Thread.ofVirtual().start(result);
        }
        start.countDown();
        for (FutureTask<Boolean> result : results) {
            assertTrue(result.get());
        }
        assertTrue(steps.stream().anyMatch(step -> step.sequences() > 1));
    }
}
