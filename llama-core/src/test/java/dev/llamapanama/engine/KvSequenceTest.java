// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.TestBackends;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.Tokenizers;
import java.nio.file.Path;
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
        try (KvSequence kept = engine.newSequence(10);
                KvSequence _ = engine.newSequence(48);
                KvSequence other = engine.newSequence(48)) {
            engine.feed(kept, ids(3, 10), new float[engine.vocabSize()]);
            kept.reserve(20);
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
            kept.reserve(40);
            watching.join();
            closing.join();
            assertEquals(0, kept.length());
            assertEquals(40, kept.capacity());
        }
    }

    @Test
    void aClosedSequenceTakesNoMore() {
        KvSequence closed = engine.newSequence(10);
        closed.close();
        assertThrows(IllegalStateException.class, () -> closed.reserve(20));
    }

    private int[] generate(int[] prompt, int count, @Nullable KvSequence kept) {
        CompletionRequest request = new CompletionRequest(count, KvSequenceTest::best, List.of(), Set.of(), false);
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
