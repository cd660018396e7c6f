// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.decoder.LlamaDecoder;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.TestBackends;
import dev.llamapanama.tensor.WatchedBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InferenceEngineTest {
    private static final int VOCABULARY = TestModel.builder().build().config().vocabSize();

    @TempDir
    Path folder = Path.of("");

    static Stream<Arguments> models() {
        return TestBackends.names()
                .flatMap(name -> Stream.of(DType.F32, DType.Q8_0).map(type -> Arguments.of(name, type)));
    }

    /** Wide enough that products are split among the threads, with rows that split unevenly. */
    @ParameterizedTest
    @MethodSource("models")
    void bitsDoNotDependOnTheNumberOfThreads(String name, DType type) {
        TestModel model =
                TestModel.builder().dim(96).ffnDim(352).type(type).layers(1).build();
        int[] ids = new Random(5).ints(25, 0, VOCABULARY).toArray();
        float[][] expected = run(model, name, 1, engine -> logits(engine, ids));
        for (int threads : new int[] {2, 3, 5}) {
            float[][] found = run(model, name, threads, engine -> logits(engine, ids));
            for (int i = 0; i < expected.length; i++) {
                assertArrayEquals(expected[i], found[i], threads + " threads");
            }
        }
    }

    @Test
    void nothingStaysOpenWithoutMemoryForKeysAndValues() {
        TestModel model = TestModel.builder().dim(64).type(DType.Q8_0).build();
        try (Checkpoint checkpoint = model.open(folder);
                Backend full = new FullBackend(TestBackends.open("cpu-vector", 1))) {
            EngineOptions options = new EngineOptions(16, 0);
            var failure =
                    assertThrows(IllegalStateException.class, () -> new InferenceEngine(checkpoint, full, options));
            assertEquals("no memory", failure.getMessage());
        }
    }

    /** Its closing fails if weights are open. */
    private static final class FullBackend extends WatchedBackend {
        FullBackend(Backend backend) {
            super(backend, step -> {});
        }

        @Override
        public KvPool newKvPool(KvLayout layout, int pages) {
            throw new IllegalStateException("no memory");
        }
    }

    /** Logits of a prompt, of each token after it, and of all again. */
    private static float[][] logits(InferenceEngine engine, int[] ids) {
        List<float[]> logits = new ArrayList<>();
        try (KvSequence sequence = engine.newSequence(ids.length)) {
            int prompt = ids.length - 3;
            logits.add(feed(engine, sequence, Arrays.copyOf(ids, prompt)));
            for (int t = prompt; t < ids.length; t++) {
                logits.add(feed(engine, sequence, ids[t]));
            }
            sequence.rewind(0);
            engine.feedAll(sequence, ids, (row, index) -> logits.add(row.clone()));
        }
        return logits.toArray(float[][]::new);
    }

    private static float[] feed(InferenceEngine engine, KvSequence sequence, int... ids) {
        float[] logits = new float[engine.vocabSize()];
        engine.feed(sequence, ids, logits);
        return logits;
    }

    @Test
    void feedAllHandsOutEveryRowInOrder() {
        run(TestModel.builder().build(), "cpu-scalar", 1, engine -> {
            int[] ids = new Random(6).ints(70, 0, VOCABULARY).toArray();
            List<Integer> indices = new ArrayList<>();
            try (KvSequence sequence = engine.newSequence(100)) {
                engine.feedAll(sequence, new int[] {1}, (row, index) -> indices.add(index));
                engine.feedAll(sequence, ids, (row, index) -> indices.add(index + 1));
                assertEquals(71, sequence.length());
            }
            assertEquals(Stream.iterate(0, i -> i + 1).limit(71).toList(), indices);
            return true;
        });
    }

    @Test
    void refusesWhatIsNoTokenOrHasNoRoom() {
        run(TestModel.builder().build(), "cpu-scalar", 1, engine -> {
            try (KvSequence sequence = engine.newSequence(4)) {
                assertRefused("token ids: found none", () -> feed(engine, sequence));
                assertRefused(
                        "token id: found -1, expected 0 to " + (VOCABULARY - 1), () -> feed(engine, sequence, 1, -1));
                assertRefused("token id: found " + VOCABULARY, () -> feed(engine, sequence, VOCABULARY));
                assertRefused("token ids: found 5, expected at most 4", () -> feed(engine, sequence, 1, 2, 3, 4, 5));
                assertRefused("token ids: found 5", () -> engine.feedAll(sequence, new int[5], (row, index) -> {}));
                assertEquals(0, sequence.length(), "nothing of what was refused has been run");
                feed(engine, sequence, 1, 2, 3);
                assertRefused("token ids: found 2, expected at most 1", () -> feed(engine, sequence, 1, 2));
                assertRefused("rewind: found 4, expected 0 to 3", () -> sequence.rewind(4));
                assertRefused("rewind: found -1", () -> sequence.rewind(-1));
            }
            for (int capacity : new int[] {0, -1, 129}) {
                assertRefused("context: found " + capacity, () -> engine.newSequence(capacity));
            }
            return true;
        });
    }

    @Test
    void aClosedSequenceCannotGoOn() {
        run(TestModel.builder().build(), "cpu-scalar", 1, engine -> {
            KvSequence sequence = engine.newSequence(4);
            feed(engine, sequence, 1);
            sequence.close();
            sequence.close();
            assertThrows(IllegalStateException.class, () -> feed(engine, sequence, 1));
            return true;
        });
    }

    @Test
    void theCacheBoundsTheContext() {
        TestModel model = TestModel.builder().build();
        long page = LlamaDecoder.kvLayout(model.config(), DType.F16).pageBytes();
        try (Checkpoint checkpoint = Checkpoints.open(model.writeGguf(folder));
                Backend backend = TestBackends.open("cpu-scalar", 1)) {
            for (long[] expected :
                    new long[][] {{1, 16}, {page, 16}, {2 * page - 1, 16}, {3 * page, 48}, {1L << 24, 100}}) {
                try (InferenceEngine engine =
                        new InferenceEngine(checkpoint, backend, new EngineOptions(100, expected[0]))) {
                    assertEquals(expected[1], engine.contextLength());
                }
            }
        }
    }

    @Test
    void closingEndsEverySequence() {
        TestModel model = TestModel.builder().build();
        try (Checkpoint checkpoint = Checkpoints.open(model.writeGguf(folder));
                Backend backend = TestBackends.open("cpu-scalar", 1)) {
            InferenceEngine engine = new InferenceEngine(checkpoint, backend, new EngineOptions(100, 1 << 20));
            KvSequence sequence = engine.newSequence(10);
            feed(engine, sequence, 1);
            engine.close();
            engine.close();
            assertThrows(IllegalStateException.class, () -> feed(engine, sequence, 1));
            assertThrows(IllegalStateException.class, () -> engine.newSequence(1));
            sequence.close();
        }
    }

    private <T> T run(TestModel model, String backendName, int threads, Function<InferenceEngine, T> test) {
        try (Checkpoint checkpoint = Checkpoints.open(model.writeGguf(folder));
                Backend backend = TestBackends.open(backendName, threads);
                InferenceEngine engine = new InferenceEngine(checkpoint, backend, new EngineOptions(128, 1 << 24))) {
            return test.apply(engine);
        }
    }

    private static void assertRefused(String message, Runnable action) {
        String found = String.valueOf(
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
        assertTrue(found.startsWith(message), found);
    }
}
