// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.training.network.Batch;
import dev.llamapanama.training.network.DecoderNetwork;
import dev.llamapanama.training.network.NetworkOptions;
import dev.llamapanama.training.network.Parameters;
import dev.llamapanama.training.optimise.AdamW;
import dev.llamapanama.training.optimise.AdamWSettings;
import dev.llamapanama.training.optimise.GradientClipping;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** A step of a training on the CPU: forward and backward pass of one batch of documents, clipping, and AdamW. */
public class TrainingStepBenchmark extends ForkedBenchmark {
    /** Of the loss, up and down the gradient, in the check. */
    private static final double CHANGE = 1e-2;

    private static final double RATE = 1e-4;

    /** In documents of the length below. */
    @Param({"1024"})
    int tokens;

    @Param({"256"})
    int documentTokens;

    @Param({"256"})
    int dim;

    @Param({"8"})
    int layers;

    /** Whether activations are computed twice, for less memory. */
    @Param({"false", "true"})
    boolean recomputing;

    /** 0 for one on every core. */
    @Param({"0"})
    int threads;

    private final GradientClipping clipping = new GradientClipping(1);

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Batch batch;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Parameters parameters;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private DecoderNetwork network;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private AdamW adamW;

    @Setup(Level.Trial)
    public void setUp() {
        LlamaConfig config = LlamaConfig.builder()
                .dim(dim)
                .layers(layers)
                .heads(8)
                .kvHeads(4)
                .ffnDim(11 * dim / 4)
                .vocabSize(4096)
                .contextLength(documentTokens)
                .tiedEmbeddings(true)
                .build();
        Random random = new Random(1);
        List<int[]> documents = IntStream.range(0, tokens / documentTokens)
                .mapToObj(document -> random.ints(documentTokens, 0, config.vocabSize())
                        .toArray())
                .toList();
        batch = Batch.of(documents);
        parameters = Parameters.initial(config, 1);
        int workers = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        network = new DecoderNetwork(parameters, new NetworkOptions(batch.size(), workers, recomputing));
        adamW = new AdamW(parameters, network.gradients(), AdamWSettings.LLAMA, workers);
    }

    @Benchmark
    public double step() {
        double loss = learn();
        adamW.step(RATE, clipping.factor(adamW.gradientNorm()));
        return loss;
    }

    private double learn() {
        network.clearGradients();
        return network.learn(batch, 1f / batch.targetCount()) / batch.targetCount();
    }

    /**
     * By the definition of a gradient: along it the loss changes by its square. The weights are those from before training, where that holds
     * for far enough that rounding doesn't count.
     */
    @TearDown(Level.Trial)
    public void tearDown() {
        float[] weights = parameters.values();
        float[] initial = Parameters.initial(parameters.config(), 1).values();
        System.arraycopy(initial, 0, weights, 0, weights.length);
        learn();
        float[] gradient = network.gradients().values().clone();
        double square = 0;
        for (float each : gradient) {
            square += (double) each * each;
        }
        double up = lossAlong(gradient, initial, CHANGE / square);
        double down = lossAlong(gradient, initial, -CHANGE / square);
        ResultCheck.close("change of the loss", 2 * CHANGE, up - down, 0.02 * CHANGE);
        network.close();
        adamW.close();
    }

    private double lossAlong(float[] gradient, float[] initial, double factor) {
        float[] weights = parameters.values();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (initial[i] + factor * gradient[i]);
        }
        return learn();
    }
}
