// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import static dev.llamapanama.tensor.FloatAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.engine.EngineOptions;
import dev.llamapanama.engine.InferenceEngine;
import dev.llamapanama.engine.KvSequence;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Numerics;
import dev.llamapanama.tensor.TestBackends;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine, from a file to logits, against the formulas. */
class LlamaDecoderTest {
    private static final double TOLERANCE = 1e-4;
    /** Less than what is lost by rounding keys and values to halves, so that doing without is found out. */
    private static final double ROUNDED_TOLERANCE = 1e-3;
    /**
     * An activation near the middle between two integers of 8 bits may become either of them, which a small model feels in its first digits
     * from that token on.
     */
    private static final double INTEGER_TOLERANCE = 0.2;

    private static final int POSITIONS = 256;

    @TempDir
    Path folder = Path.of("");

    /** Everything in which one Llama before version 4 differs from another. */
    enum Variant {
        GROUPED_QUERIES(UnaryOperator.identity()),
        MULTI_HEAD(builder -> builder.kvHeads(4)),
        MULTI_QUERY(builder -> builder.kvHeads(1).layers(3)),
        WIDE_HEADS(builder -> builder.dim(32).headDim(24)),
        NARROW_HEADS(builder -> builder.headDim(6).kvHeads(4)),
        ROPE_DIVISORS(builder -> builder.ropeDivisors(1, 1, 1.5f, 2.75f, 8, 8, 8, 8)),
        LINEAR_SCALING(builder -> builder.linearScaling(4).theta(1e6)),
        TIED(builder -> builder.tied().theta(5e5)),
        ROWS_THAT_FILL_NO_BLOCKS(builder -> builder.ffnDim(71).dim(36).heads(6).kvHeads(3)),
        ROWS_OF_256(builder -> builder.layers(1).dim(256).kvHeads(1).ffnDim(256).tied());

        private final UnaryOperator<TestModel.Builder> change;

        Variant(UnaryOperator<TestModel.Builder> change) {
            this.change = change;
        }

        /** Blocks of 256 need rows to fill, and the others are quicker with shorter rows. */
        boolean suits(DType type) {
            return (type.blockSize() == 256) == (this == ROWS_OF_256);
        }

        TestModel model(DType type) {
            return change.apply(TestModel.builder().contextLength(POSITIONS))
                    .type(type)
                    .build();
        }
    }

    static Stream<Arguments> models() {
        return Stream.of(Variant.values())
                .flatMap(variant -> TestBackends.typesOfAllLoops()
                        .filter(variant::suits)
                        .flatMap(type -> TestBackends.names().map(backend -> Arguments.of(variant, type, backend))));
    }

    @ParameterizedTest
    @MethodSource("models")
    void logitsAreThoseOfTheFormulas(Variant variant, DType type, String backend) {
        TestModel model = variant.model(type);
        int[] ids = ids(model, 40);
        run(model.writeGguf(folder), backend, 2, DType.F32, engine -> {
            assertLogits(new ReferenceDecoder(model, type, DType.F32), type, ids, engine, TOLERANCE);
        });
    }

    /** A number near the middle between two halves may become either of them. */
    @ParameterizedTest
    @MethodSource("roundedModels")
    void roundedKeysAndValuesGiveTheLogitsOfTheFormulas(Variant variant, DType type, String backend) {
        TestModel model = variant.model(type);
        int[] ids = ids(model, 40);
        run(model.writeGguf(folder), backend, 2, DType.F16, engine -> {
            assertLogits(new ReferenceDecoder(model, type, DType.F16), type, ids, engine, ROUNDED_TOLERANCE);
        });
    }

    /** Else the exact comparison would be of nothing. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"Q8_0", "Q4_0", "Q5_1"})
    void severalTokensAreDecided(DType type) {
        int tokens = 0;
        for (Variant variant : Variant.values()) {
            if (variant.suits(type)) {
                TestModel model = variant.model(type);
                ReferenceDecoder reference = new ReferenceDecoder(model, type, DType.F32);
                reference.logits(ids(model, 40));
                tokens += Math.min(40, reference.decided());
            }
        }
        assertTrue(tokens >= 9 * 5, "found " + tokens + " tokens of nine models");
    }

    /** Every variant, of a type or two. */
    static Stream<Arguments> roundedModels() {
        return models().filter(model -> model.get()[1] == DType.F32 || model.get()[1] == DType.Q4_K);
    }

    @ParameterizedTest
    @MethodSource("dev.llamapanama.tensor.TestBackends#names")
    void llama2cFilesComputeTheSame(String backend) {
        for (TestModel model : new TestModel[] {
            TestModel.builder().contextLength(50).build(),
            TestModel.builder().contextLength(50).tied().kvHeads(1).ffnDim(57).build()
        }) {
            int[] ids = ids(model, 50);
            run(model.writeLlama2c(folder), backend, 2, DType.F32, engine -> {
                assertLogits(
                        new ReferenceDecoder(model, DType.F32, DType.F32).logits(ids),
                        logitsOfAll(engine, ids),
                        TOLERANCE);
            });
        }
    }

    /** Every variant on every backend, and every type in vectors. */
    static Stream<Arguments> cornerModels() {
        return models().filter(model -> model.get()[1] == DType.Q8_0
                || model.get()[1] == DType.Q3_K
                || ("cpu-vector".equals(model.get()[2])
                        && (model.get()[0] == Variant.GROUPED_QUERIES || model.get()[0] == Variant.ROWS_OF_256)));
    }

    @ParameterizedTest
    @MethodSource("cornerModels")
    void promptsOfAnyLengthGiveTheBitsOfTokenByToken(Variant variant, DType type, String backend) {
        TestModel model = variant.model(type);
        int[] ids = ids(model, 130);
        DType kvType = type == DType.F32 ? DType.F32 : DType.F16;
        run(model.writeGguf(folder), backend, 1, kvType, engine -> {
            float[][] expected = new float[ids.length][engine.vocabSize()];
            try (KvSequence sequence = engine.newSequence(ids.length)) {
                for (int t = 0; t < ids.length; t++) {
                    engine.feed(sequence, new int[] {ids[t]}, expected[t]);
                }
            }
            float[] logits = new float[engine.vocabSize()];
            for (int length : new int[] {1, 2, 15, 17, 33, 128, 130}) {
                try (KvSequence sequence = engine.newSequence(length)) {
                    engine.feed(sequence, Arrays.copyOf(ids, length), logits);
                    assertArrayEquals(expected[length - 1], logits, "a prompt of " + length);
                }
            }
        });
    }

    private static void run(Path file, String backendName, int threads, DType kvType, Consumer<InferenceEngine> test) {
        EngineOptions options = new EngineOptions(POSITIONS, 1 << 26, 0, kvType, LoadProgress.NONE);
        try (Checkpoint checkpoint = Checkpoints.open(file);
                Backend backend = TestBackends.open(backendName, threads);
                InferenceEngine engine = new InferenceEngine(checkpoint, backend, options)) {
            test.accept(engine);
        }
    }

    private static int[] ids(TestModel model, int count) {
        return new Random(count).ints(count, 0, model.config().vocabSize()).toArray();
    }

    private static float[][] logitsOfAll(InferenceEngine engine, int[] ids) {
        float[][] logits = new float[ids.length][];
        try (KvSequence sequence = engine.newSequence(ids.length)) {
            engine.feedAll(sequence, ids, (row, index) -> logits[index] = row.clone());
        }
        return logits;
    }

    private static void assertLogits(
            ReferenceDecoder reference, DType type, int[] ids, InferenceEngine engine, double tolerance) {
        double[][] expected = reference.logits(ids);
        float[][] found = logitsOfAll(engine, ids);
        boolean integers = !Numerics.of(type).equals(Numerics.F32);
        for (int t = 0; t < ids.length; t++) {
            assertClose(expected[t], found[t], integers && t >= reference.decided() ? INTEGER_TOLERANCE : tolerance);
        }
    }

    private static void assertLogits(double[][] expected, float[][] found, double tolerance) {
        for (int t = 0; t < expected.length; t++) {
            assertClose(expected[t], found[t], tolerance);
        }
    }
}
