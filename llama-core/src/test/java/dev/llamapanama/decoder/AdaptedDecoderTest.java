// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import static dev.llamapanama.tensor.FloatAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.checkpoint.StoredAdapter;
import dev.llamapanama.checkpoint.TestAdapter;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.checkpoint.huggingface.PeftWriter;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.engine.Cancellation;
import dev.llamapanama.engine.EngineOptions;
import dev.llamapanama.engine.InferenceEngine;
import dev.llamapanama.engine.KvSequence;
import dev.llamapanama.engine.LoadedAdapter;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.TestBackends;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models with adapters, from files to logits, against the formulas with {@code W + alpha / rank · B · A} in place of each W. */
class AdaptedDecoderTest {
    private static final double TOLERANCE = 2e-4;
    private static final int TOKENS = 30;
    private static final AttentionPattern CHUNKS = new AttentionPattern(4, 10, true, 9, 0.3);

    @TempDir
    Path folder = Path.of("");

    enum Variant {
        DENSE(TestModel.builder().ffnDim(71)),
        TIED(TestModel.builder().tied().kvHeads(1)),
        MIXTURE(TestModel.builder()
                .llama4(new MoeConfig(3, 1, 2, 48))
                .attention(CHUNKS)
                .seed(3));

        private final TestModel.Builder builder;

        Variant(TestModel.Builder builder) {
            this.builder = builder;
        }

        TestModel model(DType type) {
            return builder.type(type).build();
        }
    }

    static Stream<Arguments> variants() {
        return Stream.of(Variant.values())
                .flatMap(variant -> TestBackends.names().map(backend -> Arguments.of(variant, backend)));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void logitsAreThoseOfMergedWeights(Variant variant, String backend) {
        for (DType type : List.of(DType.F32, DType.BF16, DType.Q8_0)) {
            TestModel model = variant.model(type);
            for (int rank : new int[] {1, 5, 16}) {
                TestAdapter adapter = TestAdapter.of(model, rank, 2 * rank, rank);
                Path file = adapter.writeGguf(folder, "adapter.gguf");
                run(model, backend, engine -> {
                    ReferenceDecoder reference = new ReferenceDecoder(model, type, DType.F32).with(adapter, 0.25);
                    assertLogits(reference, engine, engine.load(List.of(new AdapterFile(file, 0.25))));
                });
            }
        }
    }

    /** Each is felt, and is the only one that is changed. */
    @ParameterizedTest
    @MethodSource("variants")
    void eachMatrixIsAdaptedByItself(Variant variant, String backend) {
        TestModel model = variant.model(DType.F32);
        run(model, backend, engine -> {
            float[][] plain = logits(engine, null);
            for (String name : StoredAdapter.weights(model.config()).keySet()) {
                TestAdapter adapter = TestAdapter.of(model, 3, 3, 7, name);
                Path file = adapter.writeGguf(folder, name + ".gguf");
                try (LoadedAdapter loaded = engine.load(List.of(new AdapterFile(file, 1)))) {
                    ReferenceDecoder reference = new ReferenceDecoder(model, DType.F32, DType.F32).with(adapter, 1);
                    assertLogits(reference, engine, loaded);
                    assertTrue(distance(plain, logits(engine, loaded)) > 0.01, name);
                }
            }
            assertArrayEquals(plain, logits(engine, null));
        });
    }

    @ParameterizedTest
    @MethodSource("variants")
    void severalAreSummedWhateverTheirFormats(Variant variant, String backend) {
        TestModel model = variant.model(DType.F16);
        TestAdapter one = TestAdapter.of(model, 2, 3, 1, "attn_q.weight", "attn_v.weight", "ffn_down.weight");
        TestAdapter two =
                TestAdapter.of(model, 5, 4, 2, "attn_q.weight", "attn_k.weight", "token_embd.weight", "output.weight");
        Path first = one.writeGguf(folder, "one.gguf");
        Path second = new PeftWriter(model, two, DType.BF16).write(folder.resolve("two"));
        run(model, backend, engine -> {
            ReferenceDecoder reference = new ReferenceDecoder(model, DType.F16, DType.F32)
                    .with(one, -0.5)
                    .with(two, 0.75)
                    .with(one, 0.125);
            List<AdapterFile> files =
                    List.of(new AdapterFile(first, -0.5), new AdapterFile(second, 0.75), new AdapterFile(first, 0.125));
            assertLogits(reference, engine, engine.load(files));
        });
    }

    @ParameterizedTest
    @MethodSource("variants")
    void promptsInPiecesGiveTheBitsOfTokenByToken(Variant variant, String backend) {
        TestModel model = variant.model(DType.Q4_0);
        Path file = TestAdapter.of(model, 4, 4, 1).writeGguf(folder, "adapter.gguf");
        run(model, backend, engine -> {
            LoadedAdapter adapter = engine.load(List.of(new AdapterFile(file, 0.5)));
            float[][] all = logits(engine, adapter);
            int[] ids = ids(engine.vocabSize());
            float[] last = new float[engine.vocabSize()];
            for (int piece : new int[] {1, 7, TOKENS}) {
                try (KvSequence sequence = engine.newSequence(TOKENS, adapter, Cancellation.never())) {
                    for (int from = 0; from < TOKENS; from += piece) {
                        int to = Math.min(TOKENS, from + piece);
                        engine.feed(sequence, Arrays.copyOfRange(ids, from, to), last);
                        assertArrayEquals(all[to - 1], last);
                    }
                }
            }
        });
    }

    private void run(TestModel model, String backendName, Consumer<InferenceEngine> test) {
        EngineOptions options = new EngineOptions(128, 1 << 26, 0, DType.F32, LoadProgress.NONE);
        try (Checkpoint checkpoint = model.open(folder);
                Backend backend = TestBackends.open(backendName, 2);
                InferenceEngine engine = new InferenceEngine(checkpoint, backend, options)) {
            test.accept(engine);
        }
    }

    private static int[] ids(int vocabSize) {
        return new Random(4).ints(TOKENS, 0, vocabSize).toArray();
    }

    private static float[][] logits(InferenceEngine engine, @Nullable LoadedAdapter adapter) {
        float[][] logits = new float[TOKENS][];
        try (KvSequence sequence = engine.newSequence(TOKENS, adapter, Cancellation.never())) {
            engine.feedAll(sequence, ids(engine.vocabSize()), (row, index) -> logits[index] = row);
        }
        return logits;
    }

    private static void assertLogits(ReferenceDecoder reference, InferenceEngine engine, LoadedAdapter adapter) {
        double[][] expected = reference.logits(ids(engine.vocabSize()));
        float[][] found = logits(engine, adapter);
        int decided = Math.min(TOKENS, reference.decided());
        assertTrue(decided > 0);
        for (int t = 0; t < decided; t++) {
            assertClose(expected[t], found[t], TOLERANCE);
        }
    }

    private static double distance(float[][] one, float[][] other) {
        double most = 0;
        for (int t = 0; t < one.length; t++) {
            for (int i = 0; i < one[t].length; i++) {
                most = Math.max(most, Math.abs(one[t][i] - other[t][i]));
            }
        }
        return most;
    }
}
