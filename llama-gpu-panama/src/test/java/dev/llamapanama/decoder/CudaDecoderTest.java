// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.TestBackends;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole models on the device: a prompt, then token by token, against the scalar backend of the CPU. */
@Tag("checked")
class CudaDecoderTest {
    private static final int PROMPT = 19;
    private static final int TOKENS = 35;
    private static final int PAGES = KvLayout.pagesFor(TOKENS);
    /** What other orders of sums are apart, where no rounding is turned over: see {@link DecidedTokens}. */
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q6_K"})
    void logitsAreThoseOfTheCpu(DType type) {
        TestModel.Builder builder = TestModel.builder().type(type);
        TestModel model = type.blockSize() == 256
                ? builder.layers(1).dim(256).kvHeads(1).ffnDim(256).tied().build()
                : builder.build();
        assertSame(model, DType.F32);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0"})
    void thoseOfKeysAndValuesInHalves(DType type) {
        assertSame(TestModel.builder().type(type).build(), DType.F16);
    }

    @Test
    void thoseOfLlama4() {
        assertSame(
                TestModel.builder()
                        .layers(4)
                        .llama4(new MoeConfig(5, 2, 2, 64))
                        .attention(new AttentionPattern(4, 10, true, 9, 0.3))
                        .build(),
                DType.F16);
    }

    /** Three sequences in the same steps, which pass borders of pages at different times. */
    @Test
    void severalSequencesInAStep() {
        TestModel model = TestModel.builder().build();
        int[] ids = new DecidedTokens(model, DType.F16).sequence(32);
        try (Checkpoint checkpoint = model.open(folder)) {
            assertSame(side(checkpoint, ids, "cpu-scalar"), side(checkpoint, ids, "cuda"));
        }
    }

    private void assertSame(TestModel model, DType kvType) {
        int[] ids = new DecidedTokens(model, kvType).sequence(TOKENS);
        try (Checkpoint checkpoint = model.open(folder)) {
            assertSame(logits(checkpoint, kvType, ids, "cpu-scalar"), logits(checkpoint, kvType, ids, "cuda"));
        }
    }

    private static void assertSame(List<float[]> expected, List<float[]> found) {
        for (int step = 0; step < expected.size(); step++) {
            assertEquals(0, distance(expected.get(step), found.get(step)), TOLERANCE, "step " + step);
        }
    }

    /** Of each step: the last rows of all sequences. */
    private static List<float[]> side(Checkpoint checkpoint, int[] ids, String name) {
        int[][] pages = {{5, 0}, {3, 2}, {1, 4}};
        int[] fed = {0, 0, 0};
        List<float[]> logits = new ArrayList<>();
        try (Backend backend = TestBackends.open(name);
                DecoderWeights weights = DecoderWeights.importFrom(checkpoint, backend, LoadProgress.NONE);
                KvPool kv = backend.newKvPool(LlamaDecoder.kvLayout(checkpoint.config(), DType.F16), 6);
                Plan plan = plan(checkpoint, backend, weights, kv, new StepShape(32, 3, 2, 3))) {
            for (int[] counts : new int[][] {{15, 3, 14}, {1, 5, 1}, {1, 0, 1}, {1, 1, 1}, {0, 7, 2}, {3, 1, 0}}) {
                plan.inputs().clear();
                for (int sequence = 0; sequence < counts.length; sequence++) {
                    int count = counts[sequence];
                    if (count > 0) {
                        plan.inputs().append(ids, fed[sequence], count, fed[sequence], pages[sequence], 1);
                        fed[sequence] += count;
                    }
                }
                logits.add(plan.run().toArray(ValueLayout.JAVA_FLOAT));
            }
        }
        return logits;
    }

    /** Relative to the norm of the first. */
    private static double distance(float[] expected, float[] found) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(expected[i] - found[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / norm);
    }

    /** Of each step: the prompt, and each token after it. */
    private static List<float[]> logits(Checkpoint checkpoint, DType kvType, int[] ids, String name) {
        List<float[]> logits = new ArrayList<>();
        try (Backend backend = TestBackends.open(name);
                DecoderWeights weights = DecoderWeights.importFrom(checkpoint, backend, LoadProgress.NONE);
                KvPool kv = backend.newKvPool(LlamaDecoder.kvLayout(checkpoint.config(), kvType), PAGES);
                Plan prefill = plan(checkpoint, backend, weights, kv, PROMPT);
                Plan decode = plan(checkpoint, backend, weights, kv, 1)) {
            logits.add(run(prefill, ids, 0, PROMPT));
            for (int at = PROMPT; at < TOKENS; at++) {
                logits.add(run(decode, ids, at, 1));
            }
        }
        return logits;
    }

    private static Plan plan(Checkpoint checkpoint, Backend backend, DecoderWeights weights, KvPool kv, int tokens) {
        return plan(checkpoint, backend, weights, kv, new StepShape(tokens, 1, PAGES, 1));
    }

    private static Plan plan(
            Checkpoint checkpoint, Backend backend, DecoderWeights weights, KvPool kv, StepShape shape) {
        LlamaDecoder decoder = new LlamaDecoder(checkpoint.config(), weights, kv);
        return backend.record(shape, ops -> decoder.forward(ops, null, Output.LOGITS));
    }

    private static float[] run(Plan plan, int[] ids, int from, int count) {
        int[] pages = new int[PAGES];
        for (int i = 0; i < PAGES; i++) {
            pages[i] = PAGES - 1 - i;
        }
        plan.inputs().clear();
        plan.inputs().append(ids, from, count, from, pages, 1);
        return plan.run().toArray(ValueLayout.JAVA_FLOAT);
    }
}
