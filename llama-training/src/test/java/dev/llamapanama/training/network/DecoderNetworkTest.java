// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.config.LlamaConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every gradient against central differences of the {@link ReferenceNetwork}. */
class DecoderNetworkTest {
    private static final int ROWS = 15;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void gradientsOfCrossEntropy(boolean tied) {
        Parameters parameters = TestNetworks.parameters(
                TestNetworks.config().tiedEmbeddings(tied).build());
        Batch batch = TestNetworks.batch(ROWS, 13);
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(20, 2, false))) {
            double loss = network.learn(batch, 0.5f);

            double[] weights = GradientCheck.doubles(parameters.values());
            assertEquals(crossEntropy(parameters, weights, batch), loss, 1e-5 * loss);
            GradientCheck.of(network, weights, changed -> 0.5 * crossEntropy(parameters, changed, batch));
        }
    }

    private static double crossEntropy(Parameters layout, double[] weights, Batch batch) {
        ReferenceNetwork reference = new ReferenceNetwork(layout, weights, batch);
        return -Arrays.stream(reference.logProbabilities(reference.states())).sum();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void gradientsOfAnyLoss(boolean recomputing) {
        Parameters parameters = TestNetworks.parameters(TestNetworks.config().build());
        Batch batch = TestNetworks.batch(ROWS, 13);
        float[] byToken = random(ROWS, 3);
        float[] byState = random(ROWS * 10, 4);
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(ROWS, 1, recomputing))) {
            network.forward(batch);
            network.backward((row, logProbability) -> byToken[row] * logProbability, byState);

            GradientCheck.of(network, GradientCheck.doubles(parameters.values()), changed -> {
                ReferenceNetwork reference = new ReferenceNetwork(parameters, changed, batch);
                double[][] states = reference.states();
                double[] found = reference.logProbabilities(states);
                double loss = 0;
                for (int row = 0; row < ROWS; row++) {
                    loss += byToken[row] * found[row] * found[row] / 2;
                    for (int i = 0; i < 10; i++) {
                        loss += byState[row * 10 + i] * states[row][i];
                    }
                }
                return loss;
            });
        }
    }

    /** Activations that are computed anew are those of the layer, whatever was computed last. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lossesOfOneForwardPassAddUp(boolean recomputing) {
        Parameters parameters = TestNetworks.parameters(TestNetworks.config().build());
        Batch batch = TestNetworks.batch(ROWS, 13);
        float[] byState = random(ROWS * 10, 4);
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(ROWS, 1, recomputing))) {
            network.forward(batch);
            network.backward((row, logProbability) -> -1, byState);
            float[] together = network.gradients().values().clone();

            network.clearGradients();
            network.forward(batch);
            network.backward((row, logProbability) -> -1, null);
            network.backward(null, byState);
            assertArrayEquals(together, network.gradients().values(), 1e-4f);
        }
    }

    @Test
    void statesAndProbabilitiesAreThoseOfTheReference() {
        Parameters parameters = TestNetworks.parameters(TestNetworks.config().build());
        Batch batch = TestNetworks.batch(ROWS, 13);
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(ROWS, 2, true))) {
            network.forward(batch);

            ReferenceNetwork reference =
                    new ReferenceNetwork(parameters, GradientCheck.doubles(parameters.values()), batch);
            double[][] states = reference.states();
            double[] expected = reference.logProbabilities(states);
            float[] found = network.logProbabilities();
            float[] logits = new float[13];
            for (int row = 0; row < ROWS; row++) {
                assertEquals(expected[row], found[row], 1e-5);
                network.logits(row, logits);
                for (int i = 0; i < 13; i++) {
                    assertEquals(reference.logits(states[row])[i], logits[i], 1e-5);
                }
                for (int i = 0; i < 10; i++) {
                    assertEquals(states[row][i], network.states()[row * 10 + i], 1e-5);
                }
            }
        }
    }

    /** Large enough for several parts, blocks and threads. */
    @Test
    void bitsDependOnNeitherThreadsNorRecomputing() {
        LlamaConfig config = TestNetworks.config()
                .dim(48)
                .headDim(16)
                .ffnDim(150)
                .vocabSize(3000)
                .layers(3)
                .build();
        float[] expected = gradients(config, new NetworkOptions(900, 1, false));
        assertArrayEquals(expected, gradients(config, new NetworkOptions(900, 3, false)));
        assertArrayEquals(expected, gradients(config, new NetworkOptions(900, 2, true)));
        assertArrayEquals(expected, gradients(config, new NetworkOptions(1000, 2, true)));
    }

    private static float[] gradients(LlamaConfig config, NetworkOptions options) {
        try (DecoderNetwork network = new DecoderNetwork(Parameters.initial(config, 5), options)) {
            network.learn(TestNetworks.batch(900, 3000), 1);
            network.learn(TestNetworks.batch(800, 3000), 1);
            network.clearGradients();
            network.learn(TestNetworks.batch(900, 3000), 1);
            return network.gradients().values().clone();
        }
    }

    @Test
    void gradientsAddUp() {
        Parameters parameters = TestNetworks.parameters(TestNetworks.config().build());
        Batch batch = TestNetworks.batch(ROWS, 13);
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(ROWS, 1, false))) {
            network.learn(batch, 1);
            float[] once = network.gradients().values().clone();
            network.learn(batch, 1);
            float[] twice = network.gradients().values();
            for (int i = 0; i < once.length; i++) {
                assertEquals(2 * once[i], twice[i], 1e-5 * Math.max(1, Math.abs(once[i])));
            }
            network.clearGradients();
            network.learn(batch, 1);
            assertArrayEquals(once, twice);
        }
    }

    @Test
    void documentsDoNotSeeEachOther() {
        Parameters parameters = TestNetworks.parameters(TestNetworks.config().build());
        List<int[]> documents = List.of(new int[] {1, 2, 3, 4, 5}, new int[] {7}, new int[] {9, 8, 7, 6});
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(10, 1, false))) {
            network.forward(Batch.of(documents));
            float[] packed = network.logProbabilities().clone();
            int row = 0;
            for (int[] document : documents) {
                network.forward(Batch.of(List.of(document)));
                assertArrayEquals(
                        Arrays.copyOfRange(packed, row, row + document.length),
                        Arrays.copyOf(network.logProbabilities(), document.length));
                row += document.length;
            }
            assertEquals(0, packed[4]);
            assertFalse(packed[0] == 0);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        Parameters parameters = TestNetworks.parameters(TestNetworks.config().build());
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(3, 1, false))) {
            assertThrows(IllegalStateException.class, network::logProbabilities);
            Batch large = Batch.of(List.of(new int[] {1, 2, 3, 4}));
            assertThrows(IllegalArgumentException.class, () -> network.forward(large));
            Batch foreign = Batch.of(List.of(new int[] {1, 13}));
            assertThrows(IllegalArgumentException.class, () -> network.forward(foreign));
        }
        assertThrows(IllegalArgumentException.class, () -> Batch.of(List.of()));
        assertThrows(IllegalArgumentException.class, () -> Batch.of(new int[2], new int[1], new int[1]));
        assertThrows(IllegalArgumentException.class, () -> Batch.of(new int[2], new int[2], new int[] {1}));
        assertThrows(IllegalArgumentException.class, () -> Batch.of(new int[2], new int[2], new int[] {0, 2}));
        assertThrows(
                IllegalArgumentException.class,
                () -> Parameters.zero(
                        TestNetworks.config().crossAttentionLayers(1).build()));
    }

    private static float[] random(int count, long seed) {
        Random random = new Random(seed);
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }
}
