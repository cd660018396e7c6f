// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.training.network.Batch;
import dev.llamapanama.training.network.DecoderNetwork;
import dev.llamapanama.training.network.NetworkOptions;
import dev.llamapanama.training.network.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataMixtureTest {
    private static final int VOCABULARY = 50;

    private static DataMixture mixture(long seed) {
        return new DataMixture(
                List.of(
                        new DataSource("large", documents(0, 20, 7), 0.75),
                        new DataSource("small", documents(20, 10, 3), 0.25)),
                seed);
    }

    private static TokenizedDocuments documents(int from, int count, int length) {
        List<int[]> documents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] document = new int[length];
            Arrays.fill(document, from + i);
            documents.add(document);
        }
        return TokenizedDocuments.of(documents);
    }

    /** What a network makes of a batch tells its tokens, targets and starts. */
    private static double[] losses(List<Batch> batches) {
        Parameters parameters = Parameters.initial(
                LlamaConfig.builder()
                        .dim(8)
                        .layers(1)
                        .heads(2)
                        .ffnDim(8)
                        .vocabSize(VOCABULARY)
                        .contextLength(64)
                        .build(),
                1);
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(64, 1, false))) {
            return batches.stream()
                    .mapToDouble(batch -> network.learn(batch, 1))
                    .toArray();
        }
    }

    private static List<Batch> next(DataMixture mixture, int count) {
        List<Batch> batches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            batches.add(mixture.next(2, 5));
        }
        return batches;
    }

    @Test
    void aSeedGivesTheSame() {
        double[] losses = losses(next(mixture(1), 40));
        assertArrayEquals(losses, losses(next(mixture(1), 40)));
        assertFalse(Arrays.equals(losses, losses(next(mixture(2), 40))));
    }

    @Test
    void goesOnFromAnyPosition() {
        for (int done = 0; done < 40; done++) {
            DataMixture first = mixture(1);
            next(first, done);
            DataMixture second = mixture(1);
            second.restore(first.position());
            assertArrayEquals(losses(next(first, 9)), losses(next(second, 9)), "after " + done);
            assertEquals(first.position(), second.position());
        }
    }

    @Test
    void sharesAreThoseOfWeights() {
        DataMixture mixture = mixture(1);
        next(mixture, 100);

        List<MixturePosition.Source> at = mixture.position().sources();
        assertEquals(750, (double) at.get(0).tokens(), 7);
        assertEquals(250, (double) at.get(1).tokens(), 7);
        assertEquals(750 / 140.0, mixture.epochs().get(0), 7 / 140.0);
        assertEquals(250 / 30.0, mixture.epochs().get(1), 7 / 30.0);
        assertEquals(5, at.get(0).epoch());
    }

    @Test
    void anEpochHasEveryDocument() {
        DataMixture mixture = new DataMixture(List.of(new DataSource("one", documents(0, 10, 4), 1)), 3);
        Batch epoch = mixture.next(4, 10);

        assertEquals(40, epoch.size());
        assertEquals(30, epoch.targetCount());
        assertEquals(
                new MixturePosition.Source(1, 0, 0, 40),
                mixture.position().sources().get(0));
        double sum = losses(List.of(epoch))[0];
        double alone = Arrays.stream(losses(documents(0, 10, 4).batches(1, 4))).sum();
        // Documents that lie across sequences see less of themselves, which hardly matters to small weights.
        assertEquals(alone, sum, 1e-2);
    }

    @Test
    void otherSourcesAreRefused() {
        MixturePosition one = new MixturePosition(-1, List.of(MixturePosition.Source.START));
        assertThrows(IllegalArgumentException.class, () -> mixture(1).restore(one));
        MixturePosition.Source beyond = new MixturePosition.Source(0, 10, 0, 0);
        assertThrows(
                IllegalArgumentException.class,
                () -> mixture(1).restore(new MixturePosition(0, List.of(MixturePosition.Source.START, beyond))));
        assertThrows(IllegalArgumentException.class, () -> new DataSource("none", documents(0, 1, 1), 0));
        assertThrows(IllegalArgumentException.class, () -> new DataMixture(List.of(), 1));
    }
}
