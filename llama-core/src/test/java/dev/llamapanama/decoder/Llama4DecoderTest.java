// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import static dev.llamapanama.tensor.FloatAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.MoeConfig;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The text part of Llama 4 against the formulas, with chunks and floors that small models reach. */
class Llama4DecoderTest {
    private static final double TOLERANCE = 1e-4;
    /** See {@link LlamaDecoderTest}. */
    private static final double INTEGER_TOLERANCE = 0.2;
    /** Several chunks, none of whose borders is that of a page. */
    private static final int TOKENS = 75;

    @TempDir
    Path folder = Path.of("");

    /** Everything in which one Llama 4 differs from another. */
    enum Variant {
        SCOUT(builder -> builder.attention(pattern(10, true)), new MoeConfig(5, 1, 1, 64)),
        MAVERICK(builder -> builder.attention(pattern(21, false)), new MoeConfig(6, 1, 2, 32)),
        TWO_EXPERTS(builder -> builder.attention(pattern(32, true)).kvHeads(1), new MoeConfig(4, 2, 2, 96)),
        ALL_EXPERTS(builder -> builder.attention(pattern(7, true)).layers(1), new MoeConfig(3, 3, 1, 32)),
        GUARD(builder -> builder.attention(pattern(13, true)), null),
        SHORT_CHUNKS(builder -> builder.attention(pattern(1, false)), null),
        WITHOUT_CHUNKS(builder -> builder.attention(new AttentionPattern(0, 0, true, 0, 0)), null),
        ODD_EXPERTS(
                builder -> builder.attention(pattern(17, true)).dim(36).heads(6).kvHeads(3),
                new MoeConfig(3, 1, 1, 35)),
        CROSS_ATTENTION_SKIPPED(
                builder -> builder.attention(AttentionPattern.FULL).crossAttentionLayers(2), null);

        private final UnaryOperator<TestModel.Builder> change;

        private final @Nullable MoeConfig experts;

        Variant(UnaryOperator<TestModel.Builder> change, @Nullable MoeConfig experts) {
            this.change = change;
            this.experts = experts;
        }

        private static AttentionPattern pattern(int chunk, boolean norm) {
            return new AttentionPattern(4, chunk, norm, 9, 0.3);
        }

        TestModel model(DType type) {
            TestModel.Builder builder =
                    TestModel.builder().layers(4).llama4(experts).contextLength(256);
            return change.apply(builder).type(type).seed(3).build();
        }
    }

    static Stream<Arguments> models() {
        return Stream.of(Variant.values())
                .flatMap(variant -> Stream.of(DType.F32, DType.BF16, DType.Q8_0, DType.Q4_0)
                        .flatMap(type -> TestBackends.names().map(backend -> Arguments.of(variant, type, backend))));
    }

    @ParameterizedTest
    @MethodSource("models")
    void logitsAreThoseOfTheFormulas(Variant variant, DType type, String backend) {
        TestModel model = variant.model(type);
        int[] ids = ids(model);
        ReferenceDecoder reference = new ReferenceDecoder(model, type, DType.F32);
        double[][] expected = reference.logits(ids);
        boolean integers = !Numerics.of(type).equals(Numerics.F32);
        assertTrue(integers || reference.decided() >= TOKENS, "experts of token " + reference.decided() + " are tied");
        run(model, backend, 2, DType.F32, engine -> {
            float[][] found = logitsOfAll(engine, ids);
            int exact = integers ? Math.min(reference.decided(), TOKENS) : TOKENS;
            for (int t = 0; t < exact; t++) {
                assertClose(expected[t], found[t], TOLERANCE);
            }
            for (int t = exact; t < TOKENS && model.config().moe() == null; t++) {
                assertClose(expected[t], found[t], INTEGER_TOLERANCE);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("models")
    void promptsInPiecesGiveTheBitsOfTokenByToken(Variant variant, DType type, String backend) {
        TestModel model = variant.model(type);
        int[] ids = ids(model);
        float[][] expected = new float[TOKENS][];
        run(model, backend, 1, DType.F16, engine -> {
            try (KvSequence sequence = engine.newSequence(TOKENS)) {
                for (int t = 0; t < TOKENS; t++) {
                    expected[t] = new float[engine.vocabSize()];
                    engine.feed(sequence, new int[] {ids[t]}, expected[t]);
                }
            }
        });
        run(model, backend, 3, DType.F16, engine -> {
            assertArrayEquals(expected, logitsOfAll(engine, ids));
            for (int piece : new int[] {2, 11, 16, 40, TOKENS}) {
                try (KvSequence sequence = engine.newSequence(TOKENS)) {
                    float[] logits = new float[engine.vocabSize()];
                    for (int from = 0; from < TOKENS; from += piece) {
                        int to = Math.min(TOKENS, from + piece);
                        engine.feed(sequence, Arrays.copyOfRange(ids, from, to), logits);
                        assertArrayEquals(expected[to - 1], logits, "pieces of " + piece + ", to " + to);
                    }
                }
            }
        });
    }

    private void run(TestModel model, String backendName, int threads, DType kvType, Consumer<InferenceEngine> test) {
        EngineOptions options = new EngineOptions(256, 1 << 26, 0, kvType, LoadProgress.NONE);
        try (Checkpoint checkpoint = model.open(folder);
                Backend backend = TestBackends.open(backendName, threads);
                InferenceEngine engine = new InferenceEngine(checkpoint, backend, options)) {
            test.accept(engine);
        }
    }

    private static int[] ids(TestModel model) {
        return new Random(5).ints(TOKENS, 0, model.config().vocabSize()).toArray();
    }

    private static float[][] logitsOfAll(InferenceEngine engine, int[] ids) {
        float[][] logits = new float[ids.length][];
        try (KvSequence sequence = engine.newSequence(ids.length)) {
            engine.feedAll(sequence, ids, (row, index) -> logits[index] = row.clone());
        }
        return logits;
    }
}
