// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.generation.Sampler;
import dev.llamapanama.generation.Sampling;
import java.util.OptionalLong;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Picking a token. A run includes a copy of the logits, because a sampler may overwrite them. */
public class SamplingBenchmark extends ForkedBenchmark {
    /** How tokens are picked. */
    public enum Method {
        /** The greatest logit. */
        GREEDY(new Sampling(0, 0, 1, OptionalLong.empty())),
        /** One of all. */
        FULL(new Sampling(1, 0, 1, OptionalLong.of(1))),
        /** One of the best 40. */
        TOP_K(new Sampling(1, 40, 1, OptionalLong.of(1))),
        /** One of those that make up 90 %. */
        TOP_P(new Sampling(1, 0, 0.9, OptionalLong.of(1))),
        /** One of those of the best 40 that make up 90 %. */
        TOP_K_TOP_P(new Sampling(1, 40, 0.9, OptionalLong.of(1)));

        private final Sampling sampling;

        Method(Sampling sampling) {
            this.sampling = sampling;
        }
    }

    @Param
    Method method = Method.GREEDY;

    @Param({"32000", "128256"})
    int vocabulary;

    private float[] logits = {};
    private float[] scratch = {};

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Sampler sampler;

    /** Logits spread as those of a trained model: a few stand out. */
    @Setup(Level.Trial)
    public void setUp() {
        Random random = new Random(8);
        logits = new float[vocabulary];
        for (int i = 0; i < vocabulary; i++) {
            logits[i] = (float) (2.5 * random.nextGaussian());
        }
        scratch = new float[vocabulary];
        sampler = method.sampling.newSampler();
    }

    @Benchmark
    public int sample() {
        System.arraycopy(logits, 0, scratch, 0, vocabulary);
        return sampler.sample(scratch);
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        for (int i = 0; i < 100; i++) {
            int token = sample();
            ResultCheck.holds(allowed(token), method + ": token " + token + " can't have been picked");
        }
    }

    /** By the definition: the number of better tokens and the probability that they share. */
    private boolean allowed(int token) {
        int better = 0;
        double betterWeight = 0;
        double total = 0;
        for (float logit : logits) {
            total += Math.exp(logit);
            if (logit > logits[token]) {
                better++;
                betterWeight += Math.exp(logit);
            }
        }
        Sampling rule = method.sampling;
        int most = rule.temperature() == 0 ? 1 : rule.topK() == 0 ? vocabulary : rule.topK();
        return better < most && betterWeight <= rule.topP() * total;
    }
}
