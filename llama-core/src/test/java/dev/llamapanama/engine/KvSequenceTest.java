// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.TestBackends;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.Tokenizers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sequences that stay from one completion to the next. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KvSequenceTest {
    private static final int VOCABULARY_PART = 30;

    private final Checkpoint checkpoint;
    private final Backend backend = TestBackends.open("cpu-scalar", 1);
    private final InferenceEngine engine;
    private final Tokenizer tokenizer;

    KvSequenceTest(@TempDir Path folder) {
        checkpoint = Checkpoints.open(TestModel.builder().layers(1).build().writeGguf(folder));
        long eightPages = 8L * 16 * checkpoint.config().kvBytesPerToken(2);
        engine = new InferenceEngine(checkpoint, backend, new EngineOptions(48, eightPages));
        tokenizer = Tokenizers.of(Objects.requireNonNull(checkpoint.tokenizer()));
        assertEquals(48, engine.contextLength());
    }

    @AfterEach
    void close() {
        engine.newSequence(48).close();
        engine.close();
        backend.close();
        checkpoint.close();
    }

    @Test
    void anAnswerIsTheSameWithWhatASequenceHoldsAndWithout() {
        int[] first = ids(1, 10);
        try (KvSequence kept = engine.newSequence(1)) {
            int[] answer = generate(first, 4, kept);
            assertArrayEquals(generate(first, 4, null), answer);
            assertEquals(first.length + answer.length - 1, kept.length());

            int[] longer = IntStream.concat(
                            Arrays.stream(first), IntStream.concat(Arrays.stream(answer), Arrays.stream(ids(2, 6))))
                    .toArray();
            assertArrayEquals(generate(longer, 4, null), generate(longer, 4, kept));

            int[] other = longer.clone();
            other[5]++;
            assertEquals(5, kept.commonPrefix(other));
            assertArrayEquals(generate(other, 4, null), generate(other, 4, kept));
            assertArrayEquals(generate(first, 4, null), generate(first, 4, kept));
        }
    }

    @Test
    void growsWhereTheRoomIsFreeAndElseBeginsAnew() throws InterruptedException {
        float[] expected = logits(join(ids(3, 10), ids(4, 1)));
        try (KvSequence kept = engine.newSequence(10);
                KvSequence _ = engine.newSequence(48);
                KvSequence other = engine.newSequence(48)) {
            engine.feed(kept, ids(3, 10), new float[engine.vocabSize()]);
            kept.reserve(20, Cancellation.never());
            assertEquals(10, kept.length());
            assertEquals(20, kept.capacity());

            Thread closing = new Thread(other::close);
            Thread growing = Thread.currentThread();
            Thread watching = Thread.ofPlatform().start(() -> {
                while (growing.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
                closing.start();
            });
            kept.reserve(40, Cancellation.never());
            watching.join();
            closing.join();
            assertEquals(40, kept.capacity());
            assertEquals(10, kept.length());
            assertEquals(0, kept.computed(), "others may have written its pages");
            float[] logits = new float[engine.vocabSize()];
            assertEquals(11, engine.feed(kept, ids(4, 1), logits, Cancellation.never()));
            assertArrayEquals(expected, logits);
        }
    }

    @Test
    void aClosedSequenceTakesNoMore() {
        KvSequence closed = engine.newSequence(10);
        closed.close();
        assertThrows(IllegalStateException.class, () -> closed.reserve(20, Cancellation.never()));
    }

    @Test
    void aForkGoesItsOwnWay() {
        int[] prompt = ids(4, 37);
        float[] own = new float[engine.vocabSize()];
        float[] forked = own.clone();
        try (KvSequence sequence = engine.newSequence(48)) {
            engine.feed(sequence, prompt, own);
            try (KvSequence fork = sequence.fork()) {
                assertArrayEquals(prompt, fork.ids());
                engine.feed(fork, ids(5, 3), forked);
                engine.feed(sequence, ids(6, 3), own);
                assertArrayEquals(logits(join(prompt, ids(5, 3))), forked);
                assertArrayEquals(logits(join(prompt, ids(6, 3))), own);

                fork.rewind(20);
                engine.feed(fork, ids(7, 2), forked);
                assertArrayEquals(logits(join(Arrays.copyOf(prompt, 20), ids(7, 2))), forked);
                engine.feed(sequence, ids(8, 1), own);
                assertArrayEquals(logits(join(join(prompt, ids(6, 3)), ids(8, 1))), own, "not a bit has changed here");
            }
            sequence.rewind(0);
            engine.feed(sequence, ids(9, 1), own);
            assertArrayEquals(logits(ids(9, 1)), own);
        }
    }

    @Test
    void whatOthersHaveReadIsNotReadAgain() {
        int[] prompt = ids(1, 40);
        try (InferenceEngine caching = caching(16)) {
            assertEquals(40, feed(caching, prompt, logits(prompt)));
            assertEquals(40 - 32, feed(caching, prompt, logits(prompt)));
            int[] longer = join(prompt, ids(2, 6));
            assertEquals(46 - 32, feed(caching, longer, logits(longer)));
            int[] other = prompt.clone();
            other[20]++;
            assertEquals(40 - 16, feed(caching, other, logits(other)));
            assertEquals(1, feed(caching, new int[] {prompt[0]}, logits(prompt[0])));
            int[] exact = Arrays.copyOf(prompt, 32);
            assertEquals(16, feed(caching, exact, logits(exact)), "the last token is run in any case");
        }
    }

    @Test
    void aCompletionSharesItsPromptWhileItRuns() {
        int[] prompt = ids(1, 40);
        CompletionRequest request =
                new CompletionRequest(2, KvSequenceTest::best, List.of(), Set.of(), false, Cancellation.never());
        try (InferenceEngine caching = caching(16);
                Completion first = new Completion(caching, tokenizer, prompt, request);
                Completion second = new Completion(caching, tokenizer, prompt, request)) {
            first.next();
            second.next();
            assertEquals(0, first.usage().cachedTokens());
            assertEquals(32, second.usage().cachedTokens());
            assertArrayEquals(first.tokens(), second.tokens());
        }
    }

    /** Everything is kept that fits, and given up for whoever needs it. */
    @Test
    void whatIsKeptStandsInNobodysWay() {
        try (InferenceEngine caching = caching(4)) {
            for (int i = 0; i < 50; i++) {
                int[] prompt = ids(i, 1 + i % 47);
                feed(caching, prompt, logits(prompt));
                Cancellation atOnce = Cancellation.after(Duration.ofNanos(1));
                try (KvSequence most = caching.newSequence(48, atOnce);
                        KvSequence rest = caching.newSequence(16, atOnce)) {
                    assertEquals(4, most.pages().length + rest.pages().length, "all pages, without waiting");
                }
            }
        }
    }

    /** An engine that keeps all it can. */
    private InferenceEngine caching(int pages) {
        long bytes = pages * 16L * checkpoint.config().kvBytesPerToken(2);
        return new InferenceEngine(
                checkpoint, backend, new EngineOptions(48, bytes, bytes, DType.F16, LoadProgress.NONE));
    }

    private static int feed(InferenceEngine engine, int[] ids, float[] expected) {
        float[] logits = new float[engine.vocabSize()];
        try (KvSequence sequence = engine.newSequence(48)) {
            int run = engine.feed(sequence, ids, logits, Cancellation.never());
            assertArrayEquals(expected, logits);
            return run;
        }
    }

    /** Of the engine that keeps nothing. */
    private float[] logits(int... ids) {
        float[] logits = new float[engine.vocabSize()];
        try (KvSequence sequence = engine.newSequence(48)) {
            engine.feed(sequence, ids, logits);
        }
        return logits;
    }

    private static int[] join(int[] first, int[] second) {
        return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
    }

    private int[] generate(int[] prompt, int count, @Nullable KvSequence kept) {
        CompletionRequest request =
                new CompletionRequest(count, KvSequenceTest::best, List.of(), Set.of(), false, Cancellation.never());
        Completion completion = new Completion(engine, tokenizer, prompt, request, kept);
        while (completion.next() != null) {}
        return completion.tokens();
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    private static int[] ids(int seed, int count) {
        return IntStream.range(0, count)
                .map(i -> (seed * 7 + i * i * 5) % VOCABULARY_PART)
                .toArray();
    }
}
