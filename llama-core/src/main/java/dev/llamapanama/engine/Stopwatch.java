// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.generation.Timings;

/** Takes the times of one generation. */
final class Stopwatch {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long start = System.nanoTime();
    private long promptEnd;
    private long firstToken;
    private long lastToken;
    private int promptTokens;
    private boolean read;
    private int tokens;

    boolean promptRead() {
        return read;
    }

    int promptTokens() {
        return promptTokens;
    }

    void promptRead(int tokens) {
        promptEnd = System.nanoTime();
        promptTokens = tokens;
        read = true;
    }

    void token() {
        lastToken = System.nanoTime();
        if (tokens++ == 0) {
            firstToken = lastToken;
        }
    }

    Timings timings(double loadMillis) {
        return new Timings(
                loadMillis,
                tokens == 0 ? 0 : (firstToken - start) / 1e6,
                perSecond(promptTokens, promptEnd - start),
                perSecond(tokens - 1, lastToken - firstToken));
    }

    private static double perSecond(int count, long nanos) {
        return count <= 0 || nanos <= 0 ? 0 : count * NANOS_PER_SECOND / nanos;
    }
}
