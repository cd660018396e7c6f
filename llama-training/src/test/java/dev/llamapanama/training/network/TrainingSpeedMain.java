// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.training.kernel.Matrix;
import dev.llamapanama.training.kernel.Products;
import dev.llamapanama.training.kernel.Workers;
import dev.llamapanama.training.optimise.AdamW;
import dev.llamapanama.training.optimise.AdamWSettings;
import dev.llamapanama.training.optimise.GradientClipping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How fast training steps are, clipping and AdamW included, beside the forward product of gates and ups that they are made of: dim 256, 8 layers, a
 * vocabulary of 4096. A step counts as 6 operations for each multiplied weight and token, so that attention, norms and the optimiser
 * count nothing; a product as 2. Rounds of both take turns; the best of each by time, and by time that the process was on a
 * core, which says more beside busy neighbours.
 *
 * <p>Arguments: tokens of a batch, tokens of a document, threads, rounds; and anything more to recompute activations.
 */
final class TrainingSpeedMain {
    /** In a round, which then takes about as long as a step. */
    private static final int PRODUCTS = 40;

    private static final LlamaConfig CONFIG = LlamaConfig.builder()
            .dim(256)
            .layers(8)
            .heads(8)
            .kvHeads(4)
            .ffnDim(704)
            .vocabSize(4096)
            .contextLength(4096)
            .tiedEmbeddings(true)
            .build();

    private TrainingSpeedMain() {}

    /** Best seconds of one thing. */
    private static final class Best {
        private double seconds = Double.MAX_VALUE;
        private double onCores = Double.MAX_VALUE;

        void time(int threads, Runnable work) {
            long start = System.nanoTime();
            long onCore = onCores();
            work.run();
            onCores = Math.min(onCores, (onCores() - onCore) * 1e-9 / threads);
            seconds = Math.min(seconds, (System.nanoTime() - start) * 1e-9);
        }

        private static long onCores() {
            return ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .orElse(Duration.ZERO)
                    .toNanos();
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.0f ms (%.0f on cores)", 1e3 * seconds, 1e3 * onCores);
        }
    }

    public static void main(String[] args) {
        int tokens = args.length > 0 ? Integer.parseInt(args[0]) : 2048;
        int length = args.length > 1 ? Integer.parseInt(args[1]) : 256;
        int threads = args.length > 2
                ? Integer.parseInt(args[2])
                : Runtime.getRuntime().availableProcessors();
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 15;
        Batch batch = batch(tokens, length);
        Parameters parameters = Parameters.initial(CONFIG, 1);
        int width = 2 * CONFIG.ffnDim();
        Matrix x = Matrix.of(new float[tokens * CONFIG.dim()], tokens, CONFIG.dim());
        Matrix w = Matrix.of(new float[width * CONFIG.dim()], width, CONFIG.dim());
        Matrix y = Matrix.of(new float[tokens * width], tokens, width);
        Best step = new Best();
        Best product = new Best();
        GradientClipping clipping = new GradientClipping(1);
        try (Workers workers = new Workers(threads);
                DecoderNetwork network =
                        new DecoderNetwork(parameters, new NetworkOptions(tokens, threads, args.length > 4));
                AdamW adamW = new AdamW(parameters, network.gradients(), AdamWSettings.LLAMA, threads)) {
            Products products = new Products(workers);
            for (int round = 0; round < rounds; round++) {
                step.time(threads, () -> {
                    network.clearGradients();
                    network.learn(batch, 1f / tokens);
                    adamW.step(1e-4, clipping.factor(adamW.gradientNorm()));
                });
                product.time(threads, () -> {
                    for (int i = 0; i < PRODUCTS; i++) {
                        products.forward(x, w, y, false);
                    }
                });
            }
        }
        report(tokens, threads, step, product, 2e-9 * PRODUCTS * tokens * width * CONFIG.dim());
    }

    private static void report(int tokens, int threads, Best step, Best product, double productOperations) {
        double operations = 6e-9 * CONFIG.matmulParametersPerToken() * tokens;
        System.out.printf(
                Locale.ROOT, "%d weights, %d tokens a step, %d threads%n", CONFIG.parameterCount(), tokens, threads);
        System.out.printf(
                Locale.ROOT,
                "step %s: %.0f tokens/s, %.1f GFLOP/s (%.1f on cores)%n",
                step,
                tokens / step.seconds,
                operations / step.seconds,
                operations / step.onCores);
        System.out.printf(
                Locale.ROOT,
                "forward products %s: %.1f GFLOP/s (%.1f on cores)%n",
                product,
                productOperations / product.seconds,
                productOperations / product.onCores);
        System.out.printf(
                Locale.ROOT,
                "step / product: %.2f (%.2f on cores)%n",
                operations / step.seconds / (productOperations / product.seconds),
                operations / step.onCores / (productOperations / product.onCores));
    }

    private static Batch batch(int tokens, int length) {
        Random random = new Random(1);
        List<int[]> documents = new ArrayList<>();
        for (int row = 0; row < tokens; row += length) {
            documents.add(random.ints(Math.min(length, tokens - row), 0, CONFIG.vocabSize())
                    .toArray());
        }
        return Batch.of(documents);
    }
}
