// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.Adapter;
import dev.llamapanama.Llama;
import dev.llamapanama.LlamaOptions;
import dev.llamapanama.Session;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.training.network.Batch;
import dev.llamapanama.training.network.DecoderNetwork;
import dev.llamapanama.training.network.GradientCheck;
import dev.llamapanama.training.network.NetworkOptions;
import dev.llamapanama.training.network.ParameterTensor;
import dev.llamapanama.training.network.Parameters;
import dev.llamapanama.training.network.TestNetworks;
import dev.llamapanama.training.optimise.AdamWSettings;
import dev.llamapanama.training.optimise.GradientClipping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraTuningTest {
    private static final LoraSettings SETTINGS = new LoraSettings(3, 4.5, LoraSettings.ALL);
    private static final Example EXAMPLE = Example.of(new int[] {1, 5, 2, 9}, new int[] {3, 12, 7, 0});
    private static final int[] TOKENS = {1, 5, 2, 9, 3, 12, 7, 0};

    private final Parameters parameters =
            TestNetworks.parameters(TestNetworks.config().build());
    private final float[] base = parameters.values().clone();

    private DecoderNetwork network() {
        return new DecoderNetwork(parameters, new NetworkOptions(TOKENS.length, 2, false));
    }

    private static LoraTuning tuning(DecoderNetwork network, LoraSettings settings) {
        return new LoraTuning(network, settings, AdamWSettings.LLAMA, 1, 2);
    }

    private static double train(DecoderNetwork network, LoraTuning tuning, int steps) {
        List<Batch> batches = Sft.pack(List.of(EXAMPLE), TOKENS.length);
        double loss = 0;
        for (int step = 0; step < steps; step++) {
            tuning.clearGradients();
            loss = Sft.learn(network, batches);
            Trainable.step(2e-2, new GradientClipping(1), List.of(tuning));
        }
        return loss;
    }

    /** Sets of the JDK have another order in each process. */
    @Test
    void matricesHaveAnOrder() {
        LoraSettings settings = new LoraSettings(2, 4, Set.of("ffn_up", "attn_v", "attn_k"));
        assertEquals(List.of("attn_k", "attn_v", "ffn_up"), List.copyOf(settings.matrices()));
    }

    @Test
    void gradientsOfFactors() {
        try (DecoderNetwork network = network();
                LoraTuning tuning = tuning(network, SETTINGS)) {
            Random random = new Random(5);
            for (LoraPair pair : tuning.pairs()) {
                for (int i = pair.offsetOfB(); i < pair.offset() + pair.size(); i++) {
                    tuning.factors()[i] = (float) (0.3 * random.nextGaussian());
                }
            }
            // Merges, and changes nothing else.
            tuning.step(0, 1);
            Sft.learn(network, Sft.pack(List.of(EXAMPLE), TOKENS.length));
            tuning.gradientNorm();

            double[] expected = GradientCheck.differences(GradientCheck.doubles(tuning.factors()), factors -> {
                double[] weights = merged(tuning, factors);
                return -References.answer(parameters, weights, EXAMPLE) / EXAMPLE.answerSize();
            });
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], tuning.gradients()[i], 1e-5, "factor " + i);
            }
        }
    }

    private double[] merged(LoraTuning tuning, double[] factors) {
        double[] weights = GradientCheck.doubles(base);
        for (LoraPair pair : tuning.pairs()) {
            for (int row = 0; row < pair.outputs(); row++) {
                for (int col = 0; col < pair.inputs(); col++) {
                    double sum = 0;
                    for (int r = 0; r < 3; r++) {
                        sum += factors[pair.offsetOfB() + row * 3 + r]
                                * factors[pair.offset() + r * pair.inputs() + col];
                    }
                    weights[pair.tensor().offset() + row * pair.inputs() + col] += 1.5 * sum;
                }
            }
        }
        return weights;
    }

    @Test
    void onlyChosenMatricesChange() {
        LoraSettings settings = new LoraSettings(2, 4, Set.of("attn_q", "ffn_down"));
        try (DecoderNetwork network = network();
                LoraTuning tuning = tuning(network, settings)) {
            double first = train(network, tuning, 1);
            double last = train(network, tuning, 60);
            assertTrue(last < 0.5 * first, first + " to " + last);
            for (ParameterTensor tensor : parameters.tensors().values()) {
                boolean chosen =
                        tensor.name().contains("attn_q.") || tensor.name().contains("ffn_down.");
                boolean changed = false;
                for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
                    changed |= parameters.values()[i] != base[i];
                }
                assertEquals(chosen, changed, tensor.name());
            }
            tuning.unmerge();
            assertArrayEquals(base, parameters.values());
        }
    }

    /** The engine, with the weights from before and the adapter's file, is the network that was trained. */
    @Test
    void theEngineReadsIt(@TempDir Path folder) throws IOException {
        LlamaOptions options = LlamaOptions.DEFAULT.withBackend("cpu-vector").withKvType(DType.F32);
        Path file = folder.resolve("adapter.gguf");
        try (Llama llama = Llama.open(parameters.snapshot(Path.of("base"), null), options);
                DecoderNetwork network = network();
                LoraTuning tuning = tuning(network, SETTINGS)) {
            train(network, tuning, 20);
            tuning.write(file);
            network.forward(Batch.of(List.of(TOKENS)));
            float[] expected = new float[13];
            try (Adapter adapter = llama.adapter(file);
                    Session adapted = llama.session(TOKENS.length, adapter);
                    Session plain = llama.session(TOKENS.length)) {
                for (int row = 0; row < TOKENS.length; row++) {
                    network.logits(row, expected);
                    assertArrayEquals(expected, adapted.feed(TOKENS[row]), 1e-4f);
                    assertNotEquals(expected[0], plain.feed(TOKENS[row])[0], 1e-2f);
                }
            }
        }
    }

    @Test
    void beginsWithTheModelAsItIs() {
        try (DecoderNetwork network = network();
                LoraTuning one = tuning(network, SETTINGS);
                LoraTuning same = tuning(network, SETTINGS)) {
            one.step(0, 1);
            assertArrayEquals(base, parameters.values());
            assertArrayEquals(one.factors(), same.factors());
        }
    }

    @Test
    void refusesWhatIsNoAdapter() {
        assertThrows(IllegalArgumentException.class, () -> new LoraSettings(0, 1, LoraSettings.ALL));
        assertThrows(IllegalArgumentException.class, () -> new LoraSettings(1, 0, LoraSettings.ALL));
        assertThrows(IllegalArgumentException.class, () -> new LoraSettings(1, 1, Set.of()));
        assertThrows(IllegalArgumentException.class, () -> new LoraSettings(1, 1, Set.of("attn_norm")));
    }
}
