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
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole models on the device: a prompt, then token by token, against the scalar backend of the CPU. */
class CudaDecoderTest {
    private static final int PROMPT = 19;
    private static final int TOKENS = 35;
    private static final int PAGES = KvLayout.pagesFor(TOKENS);

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q6_K"})
    void logitsAreThoseOfTheCpu(DType type) {
        TestModel.Builder builder = TestModel.builder().type(type);
        TestModel model = type.blockSize() == 256
                ? builder.layers(1).dim(256).kvHeads(1).ffnDim(256).tied().build()
                : builder.build();
        // An activation near the middle between two integers may become either of them.
        assertSame(model, type.blockSize() == 1 ? 1e-4 : 0.1);
    }

    @Test
    void thoseOfLlama4() {
        assertSame(
                TestModel.builder()
                        .layers(4)
                        .llama4(new MoeConfig(5, 2, 2, 64))
                        .attention(new AttentionPattern(4, 10, true, 9, 0.3))
                        .build(),
                1e-4);
    }

    private void assertSame(TestModel model, double tolerance) {
        try (Checkpoint checkpoint = model.open(folder)) {
            List<float[]> expected = logits(checkpoint, "cpu-scalar");
            List<float[]> found = logits(checkpoint, "cuda");
            for (int step = 0; step < expected.size(); step++) {
                double error = distance(expected.get(step), found.get(step));
                assertEquals(0, error, tolerance, "step " + step);
            }
        }
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
    private static List<float[]> logits(Checkpoint checkpoint, String name) {
        int[] ids =
                new Random(3).ints(TOKENS, 0, checkpoint.config().vocabSize()).toArray();
        List<float[]> logits = new ArrayList<>();
        try (Backend backend = TestBackends.open(name);
                DecoderWeights weights = DecoderWeights.importFrom(checkpoint, backend, LoadProgress.NONE);
                KvPool kv = backend.newKvPool(LlamaDecoder.kvLayout(checkpoint.config(), DType.F16), PAGES);
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
        LlamaDecoder decoder = new LlamaDecoder(checkpoint.config(), weights, kv);
        return backend.record(new StepShape(tokens, 1, PAGES, 1), ops -> decoder.forward(ops, null, Output.LOGITS));
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
