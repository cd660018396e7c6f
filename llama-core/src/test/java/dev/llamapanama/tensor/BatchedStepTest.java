// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.decoder.DecoderWeights;
import dev.llamapanama.decoder.LlamaDecoder;
import dev.llamapanama.decoder.Output;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Several sequences in one step: each gets, to the last bit or as nearly as a backend promises, what it would get alone. */
class BatchedStepTest {
    private static final int POOL_PAGES = 40;
    private static final int MAX_SEQUENCES = 8;
    private static final int MAX_PAGES = 4;
    private static final StepShape BATCH = new StepShape(120, MAX_SEQUENCES, MAX_PAGES, 60);

    @TempDir
    Path folder = Path.of("");

    static Stream<Arguments> cases() {
        return TestBackends.names()
                .flatMap(name -> Stream.of(
                        Arguments.of(name, DType.F32, DType.F16),
                        Arguments.of(name, DType.Q8_0, DType.F16),
                        Arguments.of(name, DType.Q4_1, DType.F32)));
    }

    static Stream<Arguments> everyType() {
        return Stream.concat(
                cases(), Stream.of(DType.values()).map(type -> Arguments.of(TestBackends.fastest(), type, DType.F16)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void wholePromptsSideBySide(String name, DType type, DType kvType) {
        run(name, type, kvType, step -> {
            List<Batch.Sequence> sequences = step.sequences(2, 16, 17, 18, 32, 34, 3);
            for (Batch.Sequence sequence : sequences) {
                step.add(sequence, sequence.ids.length - 1, 1);
            }
            step.run();
            for (Batch.Sequence sequence : sequences) {
                step.add(sequence, 1, 1);
            }
            step.run();
            assertEquals(
                    List.of(),
                    sequences.stream().filter(s -> s.fed < s.ids.length).toList());
        });
    }

    /** So few that any backend gives them the bits they have alone, though the plan is for many. */
    @ParameterizedTest
    @MethodSource("cases")
    void fewTokensOfSeveralSequences(String name, DType type, DType kvType) {
        run(model(type), name, kvType, 0, step -> {
            List<Batch.Sequence> sequences = step.sequences(20, 18, 17, 3);
            while (sequences.getFirst().fed < sequences.getFirst().ids.length) {
                for (Batch.Sequence sequence : sequences) {
                    int count = Math.min(2, sequence.ids.length - sequence.fed);
                    if (count > 0) {
                        step.add(sequence, count, count);
                    }
                }
                step.run();
            }
        });
    }

    /** Prompts in parts, single tokens and pauses, mixed at random; logits of some rows only. */
    @ParameterizedTest
    @MethodSource("everyType")
    void anyMixtureOfParts(String name, DType type, DType kvType) {
        run(name, type, kvType, BatchedStepTest::mix);
    }

    /** Rows of different sequences share experts, chunks end within the parts. */
    @ParameterizedTest
    @MethodSource("cases")
    void anyMixtureOfPartsOfLlama4(String name, DType type, DType kvType) {
        TestModel model = TestModel.builder()
                .layers(4)
                .llama4(new MoeConfig(5, 2, 2, 64))
                .attention(new AttentionPattern(4, 10, true, 9, 0.3))
                .type(type)
                .build();
        run(model, name, kept(kvType), tolerance(type), BatchedStepTest::mix);
    }

    private static void mix(Batch step) {
        Random random = new Random(17);
        List<Batch.Sequence> sequences = step.sequences(64, 50, 49, 48, 47, 33, 32, 17);
        while (sequences.stream().anyMatch(sequence -> sequence.fed < sequence.ids.length)) {
            Collections.shuffle(sequences, random);
            for (Batch.Sequence sequence : sequences) {
                int count = Math.min(1 + random.nextInt(15), sequence.ids.length - sequence.fed);
                if (count > 0 && random.nextBoolean()) {
                    step.add(sequence, random.nextBoolean() ? 1 : count, random.nextInt(2));
                }
            }
            if (step.plan.inputs().tokens() > 0) {
                step.run();
            }
        }
    }

    /** A sequence may come back to a position, and what others wrote meanwhile doesn't show. */
    @ParameterizedTest
    @MethodSource("cases")
    void goingBackForgetsWhatCameAfter(String name, DType type, DType kvType) {
        run(name, type, kvType, step -> {
            List<Batch.Sequence> sequences = step.sequences(40, 40);
            step.add(sequences.get(0), 40, 1);
            step.add(sequences.get(1), 20, 20);
            step.run();
            sequences.get(0).fed = 14;
            step.add(sequences.get(1), 20, 20);
            step.add(sequences.get(0), 26, 26);
            step.run();
        });
    }

    @ParameterizedTest
    @EnumSource(Prefix.class)
    void pagesMayBeShared(Prefix prefix) {
        run(TestBackends.fastest(), DType.F32, DType.F16, step -> {
            Batch.Sequence first = step.sequence(40);
            step.add(first, 40, 40);
            step.run();
            int[] ids = step.tokens.after(Arrays.copyOf(first.ids, prefix.positions), 40);
            int[] pages = step.pages();
            System.arraycopy(first.pages, 0, pages, 0, prefix.positions / KvLayout.PAGE_TOKENS);
            Batch.Sequence second = step.new Sequence(ids, pages);
            second.fed = prefix.positions;
            step.add(second, 40 - prefix.positions, 40 - prefix.positions);
            step.run();
        });
    }

    /** Whole pages of a common beginning. */
    enum Prefix {
        ONE_PAGE(16),
        TWO_PAGES(32);

        private final int positions;

        Prefix(int positions) {
            this.positions = positions;
        }
    }

    private void run(String name, DType type, DType kvType, Consumer<Batch> test) {
        run(model(type), name, kept(kvType), tolerance(type), test);
    }

    private static TestModel model(DType type) {
        TestModel.Builder builder = TestModel.builder().type(type);
        return type.blockSize() == 256
                ? builder.layers(1).dim(256).kvHeads(1).ffnDim(256).tied().build()
                : builder.build();
    }

    /** How far logits may be from those of a token alone, relative to the largest of a row. */
    double tolerance(DType type) {
        return 0;
    }

    /** Tokens of the sequences of a model. */
    interface Tokens {
        /** @param length with the beginning */
        int[] after(int[] beginning, int length);
    }

    /** Any. */
    Tokens tokens(TestModel model, DType kvType) {
        Random random = new Random(29);
        int vocabSize = model.config().vocabSize();
        return (beginning, length) -> IntStream.range(0, length)
                .map(i -> i < beginning.length ? beginning[i] : random.nextInt(vocabSize))
                .toArray();
    }

    /** What keys and values are kept as in the place of a type. */
    DType kept(DType kvType) {
        return kvType;
    }

    private void run(TestModel model, String name, DType kvType, double tolerance, Consumer<Batch> test) {
        try (Checkpoint checkpoint = model.open(folder);
                Backend backend = TestBackends.open(name);
                Batch batch = new Batch(checkpoint, backend, kvType, tolerance, tokens(model, kvType))) {
            test.accept(batch);
        }
    }

    /** Sequences of one model with pages dealt at random, and the logits of each token computed alone. */
    private static final class Batch implements AutoCloseable {
        private final int vocabSize;
        private final double tolerance;
        private final Tokens tokens;
        private final DecoderWeights weights;
        private final KvPool pool;
        private final KvPool lonelyPool;
        private final Plan plan;
        private final Plan lonely;
        private final Random random = new Random(23);
        private final List<Integer> freePages = new ArrayList<>();
        private final List<float[]> expected = new ArrayList<>();

        Batch(Checkpoint checkpoint, Backend backend, DType kvType, double tolerance, Tokens tokens) {
            this.tolerance = tolerance;
            this.tokens = tokens;
            vocabSize = checkpoint.config().vocabSize();
            weights = DecoderWeights.importFrom(checkpoint, backend, LoadProgress.NONE);
            KvLayout layout = LlamaDecoder.kvLayout(checkpoint.config(), kvType);
            pool = backend.newKvPool(layout, POOL_PAGES);
            lonelyPool = backend.newKvPool(layout, MAX_PAGES);
            LlamaDecoder decoder = new LlamaDecoder(checkpoint.config(), weights, pool);
            plan = backend.record(BATCH, ops -> decoder.forward(ops, null, Output.LOGITS));
            LlamaDecoder alone = new LlamaDecoder(checkpoint.config(), weights, lonelyPool);
            lonely = backend.record(new StepShape(1, 1, MAX_PAGES, 1), ops -> alone.forward(ops, null, Output.LOGITS));
            IntStream.range(0, POOL_PAGES).forEach(freePages::add);
            Collections.shuffle(freePages, random);
        }

        List<Batch.Sequence> sequences(int... lengths) {
            List<Batch.Sequence> sequences = new ArrayList<>();
            for (int length : lengths) {
                sequences.add(sequence(length));
            }
            return sequences;
        }

        Sequence sequence(int length) {
            return new Sequence(tokens.after(new int[0], length), pages());
        }

        int[] pages() {
            return IntStream.range(0, MAX_PAGES)
                    .map(i -> freePages.removeLast())
                    .toArray();
        }

        void add(Sequence sequence, int count, int logits) {
            plan.inputs().append(sequence.ids, sequence.fed, count, sequence.fed, sequence.pages, logits);
            sequence.fed += count;
            for (int t = sequence.fed - logits; t < sequence.fed; t++) {
                expected.add(sequence.logits[t]);
            }
        }

        void run() {
            MemorySegment logits = plan.run();
            assertEquals((long) expected.size() * vocabSize * Float.BYTES, logits.byteSize());
            float[] found = logits.toArray(ValueLayout.JAVA_FLOAT);
            for (int i = 0; i < expected.size(); i++) {
                assertNear(expected.get(i), Arrays.copyOfRange(found, i * vocabSize, (i + 1) * vocabSize));
            }
            expected.clear();
            plan.inputs().clear();
        }

        private void assertNear(float[] logits, float[] found) {
            if (tolerance == 0) {
                assertArrayEquals(logits, found);
            } else {
                double largest = IntStream.range(0, vocabSize)
                        .mapToDouble(i -> Math.abs(logits[i]))
                        .max()
                        .orElseThrow();
                assertArrayEquals(logits, found, (float) (tolerance * largest));
            }
        }

        @Override
        public void close() {
            plan.close();
            lonely.close();
            pool.close();
            lonelyPool.close();
            weights.close();
        }

        private final class Sequence {
            private final int[] ids;
            private final int[] pages;
            private final float[][] logits;
            private int fed;

            Sequence(int[] ids, int[] pages) {
                this.ids = ids;
                this.pages = pages;
                logits = new float[ids.length][];
                int[] inOrder = IntStream.range(0, MAX_PAGES).toArray();
                for (int t = 0; t < ids.length; t++) {
                    lonely.inputs().clear();
                    lonely.inputs().append(ids, t, 1, t, inOrder, 1);
                    logits[t] = lonely.run().toArray(ValueLayout.JAVA_FLOAT);
                }
            }
        }
    }
}
