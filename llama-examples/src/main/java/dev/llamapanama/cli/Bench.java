// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Session;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Times a session on random tokens, each time from an empty context. */
final class Bench {
    private static final long SEED = 1;

    private final Session session;
    private final int vocabSize;
    private final int warmups;
    private final int repetitions;

    Bench(Session session, int vocabSize, int warmups, int repetitions) {
        this.session = session;
        this.vocabSize = vocabSize;
        this.warmups = warmups;
        this.repetitions = repetitions;
    }

    /** Reads so many tokens at once; null for none. */
    @Nullable
    Rate prefill(int tokens) {
        return time(tokens, session::feed);
    }

    /** Reads so many tokens one by one, as generating them does; null for none. */
    @Nullable
    Rate decode(int tokens) {
        return time(tokens, ids -> {
            for (int id : ids) {
                session.feed(id);
            }
        });
    }

    private @Nullable Rate time(int tokens, Consumer<int[]> run) {
        if (tokens == 0) {
            return null;
        }
        int[] ids = new Random(SEED).ints(tokens, 0, vocabSize).toArray();
        double[] rates = new double[repetitions];
        for (int i = -warmups; i < repetitions; i++) {
            session.rewind(0);
            long start = System.nanoTime();
            run.accept(ids);
            if (i >= 0) {
                rates[i] = tokens / ((System.nanoTime() - start) / 1e9);
            }
        }
        return Rate.of(rates);
    }
}
