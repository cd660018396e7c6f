// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.optimise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.training.network.Batch;
import dev.llamapanama.training.network.DecoderNetwork;
import dev.llamapanama.training.network.NetworkOptions;
import dev.llamapanama.training.network.Parameters;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Twenty steps from scratch, with warm-up, cosine and clipping, as PyTorch 2.14 takes them: {@code src/test/torch/losses.py}. */
class PyTorchLossesTest {
    private static final double[] UNTIED = {
        5.553539, 5.524468, 5.476767, 5.344639, 5.290581, 5.117621, 5.063227, 4.888246, 4.865443, 4.806654,
        4.692131, 4.649572, 4.683212, 4.571778, 4.488907, 4.515782, 4.447721, 4.401484, 4.390936, 4.338409
    };
    private static final double[] TIED = {
        5.561913, 5.532614, 5.495530, 5.419024, 5.369802, 5.236918, 5.197349, 5.111161, 5.024605, 5.014497,
        4.879115, 4.867269, 4.837863, 4.788144, 4.693435, 4.681393, 4.645670, 4.576175, 4.595625, 4.588505
    };
    private static final double TOLERANCE = 1e-5;
    private static final LearningRate RATE = new LearningRate.WarmUp(5, new LearningRate.Cosine(3e-3, 0.1, 15));

    private final Random data = new Random(3);

    @Test
    void untied() {
        assertLosses(UNTIED, false);
    }

    @Test
    void tied() {
        assertLosses(TIED, true);
    }

    private void assertLosses(double[] expected, boolean tied) {
        LlamaConfig config = LlamaConfig.builder()
                .dim(64)
                .layers(4)
                .heads(4)
                .kvHeads(2)
                .headDim(16)
                .ffnDim(160)
                .vocabSize(256)
                .contextLength(128)
                .tiedEmbeddings(tied)
                .build();
        Parameters parameters = Parameters.initial(config, 7);
        GradientClipping clipping = new GradientClipping(1);
        try (DecoderNetwork network = new DecoderNetwork(parameters, NetworkOptions.of(256));
                AdamW adamW = new AdamW(parameters, network.gradients(), AdamWSettings.LLAMA, 2)) {
            for (int step = 0; step < expected.length; step++) {
                Batch batch =
                        Batch.of(Stream.of(70, 48, 33, 64).map(this::document).toList());
                network.clearGradients();
                double loss = network.learn(batch, 1f / batch.targetCount()) / batch.targetCount();
                assertEquals(expected[step], loss, TOLERANCE, "step " + step);
                adamW.step(RATE.at(step), clipping.factor(adamW.gradientNorm()));
            }
        }
    }

    /** Three of four tokens follow from those before them. */
    private int[] document(int length) {
        int[] next = {data.nextInt(256)};
        return IntStream.range(0, length)
                .map(i -> {
                    int id = next[0];
                    next[0] = data.nextInt(4) == 0 ? data.nextInt(256) : (id * 5 + 1) % 256;
                    return id;
                })
                .toArray();
    }
}
