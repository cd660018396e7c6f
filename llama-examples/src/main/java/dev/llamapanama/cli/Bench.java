// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Session;
import dev.llamapanama.generation.Sampler;
import dev.llamapanama.generation.Sampling;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Times sessions, each time from the same context: on prompts of random tokens, and on what follows a random one. */
final class Bench {
    private static final long SEED = 1;
    /** How long the JIT may take to compile the kernels. */
    private static final double WARM_UP_SECONDS = 5;

    private static final Sampler GREEDY =
            Sampling.builder().temperature(0).build().newSampler();

    private final List<Session> sessions;
    private final int vocabSize;
    private final BenchOptions options;
    private final Random random = new Random(SEED);

    Bench(List<Session> sessions, int vocabSize, BenchOptions options) {
        this.sessions = sessions;
        this.vocabSize = vocabSize;
        this.options = options;
    }

    /** Feeds every session the tokens that stand before all that is timed. */
    void readContext() {
        if (options.depth > 0) {
            sessions.forEach(session -> session.feed(tokens(options.depth)));
        }
    }

    /** Reads the tokens of a prompt at once, in one session; null for none. */
    @Nullable
    Rate prefill() {
        return time(options.promptTokens, sessions.getFirst()::feed);
    }

    /** Generates the most probable tokens, in all sessions side by side; the rate is of all, or null for none. */
    @Nullable
    Rate decode() {
        int width = sessions.size();
        List<Sampler> samplers = Collections.nCopies(width, GREEDY);
        return time(options.genTokens * width, ids -> {
            int[] next = Arrays.copyOf(ids, width);
            for (int i = 0; i < options.genTokens; i++) {
                next = Session.nextTogether(sessions, samplers, next);
            }
        });
    }

    private @Nullable Rate time(int count, Consumer<int[]> run) {
        if (count == 0) {
            return null;
        }
        int[] ids = tokens(count);
        double[] rates = new double[options.repetitions];
        warmUp(() -> seconds(run, ids));
        for (int i = 0; i < rates.length; i++) {
            rates[i] = count / seconds(run, ids);
        }
        return Rate.of(rates);
    }

    private void warmUp(DoubleSupplier run) {
        double seconds = 0;
        int runs = 0;
        while (options.warmups == null ? seconds < WARM_UP_SECONDS : runs < options.warmups) {
            seconds += run.getAsDouble();
            runs++;
        }
    }

    /** How long a run takes. */
    private double seconds(Consumer<int[]> run, int[] ids) {
        sessions.forEach(session -> session.rewind(options.depth));
        long start = System.nanoTime();
        run.accept(ids);
        return (System.nanoTime() - start) / 1e9;
    }

    private int[] tokens(int count) {
        return random.ints(count, 0, vocabSize).toArray();
    }
}
