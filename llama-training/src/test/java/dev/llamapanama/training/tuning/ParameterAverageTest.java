// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.training.network.Parameters;
import dev.llamapanama.training.network.TestNetworks;
import org.junit.jupiter.api.Test;

class ParameterAverageTest {
    private static final LlamaConfig CONFIG = TestNetworks.config().build();

    @Test
    void isTheMean() {
        ParameterAverage average = new ParameterAverage(CONFIG);
        double[] sum = new double[Parameters.zero(CONFIG).values().length];
        for (int seed = 0; seed < 20; seed++) {
            Parameters next = Parameters.initial(CONFIG, seed);
            double weight = seed % 2 == 0 ? 1 : 3;
            average.add(next, weight);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weight * next.values()[i] / 40;
            }
        }
        for (int i = 0; i < sum.length; i++) {
            assertEquals(sum[i], average.mean().values()[i], 1e-6 * Math.max(1e-2, Math.abs(sum[i])));
        }
    }

    @Test
    void ofOneIsItself() {
        Parameters one = Parameters.initial(CONFIG, 1);
        assertArrayEquals(
                one.values(), new ParameterAverage(CONFIG).add(one).mean().values());
    }

    /** Whoever stores mean and weight goes on to the same bits. */
    @Test
    void goesOnFromWhatItWas() {
        ParameterAverage whole = new ParameterAverage(CONFIG);
        ParameterAverage first = new ParameterAverage(CONFIG);
        for (int seed = 0; seed < 3; seed++) {
            whole.add(Parameters.initial(CONFIG, seed));
            first.add(Parameters.initial(CONFIG, seed));
        }
        ParameterAverage second = ParameterAverage.resume(first.mean(), 3);
        for (int seed = 3; seed < 5; seed++) {
            whole.add(Parameters.initial(CONFIG, seed));
            second.add(Parameters.initial(CONFIG, seed));
        }
        assertArrayEquals(whole.mean().values(), second.mean().values());
    }

    @Test
    void refusesWhatHasNoMean() {
        ParameterAverage average = new ParameterAverage(CONFIG);
        assertThrows(IllegalStateException.class, average::mean);
        Parameters other = Parameters.zero(TestNetworks.config().layers(1).build());
        assertThrows(IllegalArgumentException.class, () -> average.add(other));
        Parameters same = Parameters.zero(CONFIG);
        assertThrows(IllegalArgumentException.class, () -> average.add(same, 0));
        assertThrows(IllegalArgumentException.class, () -> ParameterAverage.resume(same, 0));
    }
}
