// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Locale;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frequencies of RoPE against numbers computed by an independent script, printed with nine digits. */
class RopeGoldenTest {
    private static final double NINE_DIGITS = 1e-8;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1e4 | 128 | 0=1.0 1=0.865964323 16=0.1 32=0.01 48=0.001 63=0.000115478198
            1e4 | 48  | 0=1.0 1=0.681292069 6=0.1 12=0.01 18=0.001 23=0.000146779927
            1e6 | 128 | 0=1.0 1=0.805842188 16=0.0316227766 32=0.001 48=3.16227766e-05 63=1.24093776e-06
            5e5 | 128 | 0=1.0 1=0.814617234 16=0.0376060309 32=0.00141421356 48=5.3182959e-05 63=2.45514079e-06
            """)
    void unscaled(double theta, int headDim, String frequencies) {
        assertPairs(frequencies, new RopeConfig(theta, RopeScaling.NONE).inverseFrequencies(headDim));
    }

    @Test
    void llama31() {
        Scaled scaled = new Scaled(new RopeScaling.Llama3(8, 1, 4, 8192), 128);

        scaled.assertCounts(29, List.of(29, 30, 31, 32, 33, 34), 29);
        assertPairs("""
                0=1.0 1=1.0 16=1.0 29=1.20748387 30=1.55341463 31=2.02631321 32=2.69452969 33=3.68425253
                34=5.25732659 48=8.0 63=8.0""", scaled.divisors);
        assertPairs("""
                0=1.0 1=0.814617234 16=0.0376060309 29=0.00216657076 30=0.00137189357 31=0.000856751413
                32=0.000524846161
                33=0.00031269375 34=0.000178507813 48=6.64786987e-06 63=3.06892599e-07""", scaled.frequencies);
    }

    @Test
    void llama32Of1B() {
        Scaled scaled = new Scaled(new RopeScaling.Llama3(32, 1, 4, 8192), 64);

        scaled.assertCounts(15, List.of(15, 16, 17), 14);
        assertPairs("0=1.0 1=1.0 8=1.0 15=1.65132925 16=3.2922621 17=9.66672898 24=32.0 31=32.0", scaled.divisors);
        assertPairs("""
                0=1.0 1=0.663601238 8=0.0376060309 15=0.00129054793 16=0.000429556797 17=9.7082878e-05
                24=1.66196747e-06 31=9.41830673e-08""", scaled.frequencies);
    }

    @Test
    void llama32Of3B() {
        Scaled scaled = new Scaled(new RopeScaling.Llama3(32, 1, 4, 8192), 128);

        scaled.assertCounts(29, List.of(29, 30, 31, 32, 33, 34), 29);
        assertPairs("""
                0=1.0 1=1.0 16=1.0 29=1.23493703 30=1.65132925 31=2.27665954 32=3.2922621 33=5.17159558
                34=9.66672898 48=32.0 63=32.0""", scaled.divisors);
        assertPairs("""
                0=1.0 1=0.814617234 16=0.0376060309 29=0.002118407 30=0.00129054793 31=0.000762541203
                32=0.000429556797 33=0.000222763501
                34=9.7082878e-05 48=1.66196747e-06 63=7.67231497e-08""", scaled.frequencies);
    }

    @Test
    void llama4ScoutBlendsNothing() {
        Scaled scaled = new Scaled(new RopeScaling.Llama3(16, 1, 1, 8192), 128);

        scaled.assertCounts(35, List.of(), 29);
        assertPairs("0=1.0 1=1.0 16=1.0 32=1.0 48=16.0 63=16.0", scaled.divisors);
        assertPairs(
                "0=1.0 1=0.814617234 16=0.0376060309 32=0.00141421356 48=3.32393494e-06 63=1.53446299e-07",
                scaled.frequencies);
    }

    @Test
    void linearDividesEveryFrequency() {
        double[] plain = new RopeConfig(1e4, RopeScaling.NONE).inverseFrequencies(8);
        double[] scaled = new RopeConfig(1e4, new RopeScaling.Linear(4)).inverseFrequencies(8);

        for (int i = 0; i < plain.length; i++) {
            assertEquals(plain[i] / 4, scaled[i], 0);
        }
    }

    @Test
    void divisorsOfAFileGiveTheSameFrequenciesAsTheRuleBehindThem() {
        Scaled rule = new Scaled(new RopeScaling.Llama3(8, 1, 4, 8192), 128);
        List<Float> written = IntStream.range(0, 64)
                .mapToObj(pair -> (float) rule.divisors[pair])
                .toList();
        double[] read = new RopeConfig(5e5, new RopeScaling.Divisors(written)).inverseFrequencies(128);

        for (int pair = 0; pair < 64; pair++) {
            assertEquals(rule.frequencies[pair], read[pair], 1e-7 * read[pair]);
        }
    }

    /** A scaling over base 5e5: the divisor of every pair and the frequency that results. */
    private static final class Scaled {
        private final double[] divisors;
        private final double[] frequencies;
        private final double factor;

        Scaled(RopeScaling.Llama3 scaling, int headDim) {
            double[] plain = new RopeConfig(5e5, RopeScaling.NONE).inverseFrequencies(headDim);
            frequencies = new RopeConfig(5e5, scaling).inverseFrequencies(headDim);
            divisors = IntStream.range(0, plain.length)
                    .mapToDouble(pair -> scaling.divisor(pair, plain[pair]))
                    .toArray();
            factor = scaling.factor();
        }

        void assertCounts(int kept, List<Integer> blended, int divided) {
            assertEquals(kept, pairs(divisor -> divisor == 1).size());
            assertEquals(blended, pairs(divisor -> divisor > 1 && divisor < factor));
            assertEquals(divided, pairs(divisor -> divisor == factor).size());
        }

        private List<Integer> pairs(DoublePredicate condition) {
            return IntStream.range(0, divisors.length)
                    .filter(pair -> condition.test(divisors[pair]))
                    .boxed()
                    .toList();
        }
    }

    /** @param expected {@code pair=value} separated by white space */
    private static void assertPairs(String expected, double[] found) {
        for (String entry : expected.strip().split("\\s+")) {
            int pair = Integer.parseInt(entry.substring(0, entry.indexOf('=')));
            double value = Double.parseDouble(entry.substring(entry.indexOf('=') + 1));
            assertEquals(value, found[pair], NINE_DIGITS * value, () -> String.format(Locale.ROOT, "pair %d", pair));
        }
    }
}
