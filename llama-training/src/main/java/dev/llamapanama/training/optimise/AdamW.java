// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.optimise;

import dev.llamapanama.training.kernel.AdamUpdate;
import dev.llamapanama.training.kernel.Vectors;
import dev.llamapanama.training.kernel.Workers;
import dev.llamapanama.training.network.ParameterTensor;
import dev.llamapanama.training.network.Parameters;
import java.util.ArrayList;
import java.util.List;

/**
 * Adam with decoupled weight decay (arXiv 1711.05101), as {@code torch.optim.AdamW} computes it. Weight decay is for matrices alone. The
 * moments of the gradients are its state. Not safe for several threads; its own stop with {@link #close}.
 */
public final class AdamW implements AutoCloseable {
    /** Weights of a part. */
    private static final int AT_ONCE = 1 << 14;

    private final Parameters parameters;
    private final Parameters gradients;
    private final AdamWSettings settings;
    private final Workers workers;
    private final Vectors vectors;
    private final Parameters means;
    private final Parameters squares;
    private final List<Span> spans = new ArrayList<>();
    private long steps;

    private record Span(int from, int to, boolean decays) {}

    /**
     * @param parameters are changed by each step
     * @param gradients are read by each step and stay as they are
     * @param threads that compute; results don't depend on it
     */
    public AdamW(Parameters parameters, Parameters gradients, AdamWSettings settings, int threads) {
        this.parameters = parameters;
        this.gradients = gradients;
        this.settings = settings;
        workers = new Workers(threads);
        vectors = new Vectors(workers);
        means = Parameters.zero(parameters.config());
        squares = Parameters.zero(parameters.config());
        for (ParameterTensor tensor : parameters.tensors().values()) {
            int end = tensor.offset() + tensor.size();
            for (int from = tensor.offset(); from < end; from += AT_ONCE) {
                spans.add(new Span(from, Math.min(end, from + AT_ONCE), tensor.isMatrix()));
            }
        }
    }

    /** The Euclidean norm of all gradients together, for {@link GradientClipping}. */
    public double gradientNorm() {
        return Math.sqrt(vectors.sumOfSquares(gradients.values()));
    }

    /**
     * Changes the weights.
     *
     * @param gradientFactor by which gradients are multiplied first: that of {@link GradientClipping}, or 1
     */
    public void step(double learningRate, double gradientFactor) {
        steps++;
        AdamUpdate decaying = update(learningRate, gradientFactor, settings.weightDecay());
        AdamUpdate plain = update(learningRate, gradientFactor, 0);
        workers.run(spans.size(), (part, worker) -> {
            Span span = spans.get(part);
            (span.decays ? decaying : plain)
                    .apply(
                            parameters.values(),
                            gradients.values(),
                            means.values(),
                            squares.values(),
                            span.from,
                            span.to);
        });
    }

    private AdamUpdate update(double learningRate, double gradientFactor, double decay) {
        return new AdamUpdate(
                (float) gradientFactor,
                (float) (1 - learningRate * decay),
                settings.beta1(),
                settings.beta2(),
                (float) settings.epsilon(),
                (float) (learningRate / correction(settings.beta1())),
                (float) Math.sqrt(correction(settings.beta2())));
    }

    /** What a running mean that began with 0 has to be divided by. */
    private double correction(double beta) {
        return 1 - Math.pow(beta, (double) steps);
    }

    /** Steps done. */
    public long steps() {
        return steps;
    }

    /** The running means of gradients. */
    public Parameters means() {
        return means;
    }

    /** The running means of squares of gradients. */
    public Parameters squares() {
        return squares;
    }

    /**
     * Goes on where another one stopped, whose {@link #means} and {@link #squares} the caller puts into these.
     *
     * @param done its {@link #steps}
     */
    public void resumeAfter(long done) {
        steps = done;
    }

    @Override
    public void close() {
        workers.close();
    }
}
