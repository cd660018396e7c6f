// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.TestBackends;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logits are those of one token after another, whatever is guessed. */
class LookaheadTest {
    private static final int LENGTH = 60;

    private final Checkpoint checkpoint;
    private final Backend backend = TestBackends.open("cpu-scalar", 1);
    private final InferenceEngine engine;
    private final int[] text = new Random(1).ints(LENGTH, 3, 200).toArray();

    LookaheadTest(@TempDir Path folder) {
        checkpoint = Checkpoints.open(
                TestModel.builder().layers(1).contextLength(LENGTH).build().writeGguf(folder));
        engine = new InferenceEngine(checkpoint, backend, new EngineOptions(LENGTH, 1 << 20));
    }

    @AfterEach
    void close() {
        engine.close();
        backend.close();
        checkpoint.close();
    }

    /** Knows the text, and is wrong at every so many tokens. */
    private Drafter wrongAtEvery(int n) {
        return new Drafter() {
            @Override
            public int[] draft(int[] ids, int length, int most, Cancellation cancellation) {
                int[] guesses = Arrays.copyOfRange(text, length, Math.min(length + most, LENGTH));
                for (int i = 0; i < guesses.length; i++) {
                    guesses[i] = (length + i) % n == 0 ? 1 : guesses[i];
                }
                return guesses;
            }

            @Override
            public int most() {
                return 9;
            }
        };
    }

    @Test
    void guessesChangeNoLogits() {
        for (int n : new int[] {1, 2, 7, 100}) {
            float[] expected = new float[engine.vocabSize()];
            float[] found = new float[engine.vocabSize()];
            try (KvSequence plain = engine.newSequence(LENGTH);
                    KvSequence sequence = engine.newSequence(LENGTH);
                    Lookahead lookahead =
                            new Lookahead(engine, sequence, wrongAtEvery(n), null, Cancellation.never())) {
                for (int length = 1; length <= LENGTH; length++) {
                    engine.feed(plain, new int[] {text[length - 1]}, expected);
                    lookahead.next(text, length, LENGTH - length, found);
                    assertArrayEquals(expected, found);
                    assertEquals(length, lookahead.length());
                }
                assertTrue(lookahead.drafted() > 0);
                assertEquals(n > 1, lookahead.accepted() > 0);
            }
        }
    }

    @Test
    void nothingIsLeftOfGuesses() {
        float[] logits = new float[engine.vocabSize()];
        try (KvSequence sequence = engine.newSequence(LENGTH)) {
            try (Lookahead lookahead = new Lookahead(engine, sequence, wrongAtEvery(100), null, Cancellation.never())) {
                lookahead.next(text, 1, 30, logits);
                assertTrue(sequence.length() > 1, "guesses were run");
            }
            assertArrayEquals(Arrays.copyOf(text, 1), sequence.ids());
        }
    }

    @Test
    void noMoreIsGuessedThanThereIsRoomFor() {
        float[] logits = new float[engine.vocabSize()];
        try (KvSequence sequence = engine.newSequence(16);
                Lookahead lookahead = new Lookahead(engine, sequence, wrongAtEvery(100), null, Cancellation.never())) {
            lookahead.next(text, 1, 3, logits);
            assertEquals(4, sequence.length());
        }
        try (KvSequence sequence = engine.newSequence(16);
                Lookahead lookahead = new Lookahead(engine, sequence, wrongAtEvery(100), null, Cancellation.never())) {
            var _ = lookahead.feed(Arrays.copyOf(text, 13), logits);
            lookahead.next(text, 14, 100, logits);
            assertEquals(16, sequence.length());
        }
    }
}
