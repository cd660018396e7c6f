// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

/**
 * What a network is to be ready for.
 *
 * @param tokens of the largest batch; memory is for so many
 * @param threads that compute; results don't depend on it
 * @param recomputing whether only the inputs of layers are kept, and the rest is computed once more for the gradients: a fifth to a quarter more work
 *     for a fraction of the memory, and the same bits
 */
public record NetworkOptions(int tokens, int threads, boolean recomputing) {
    public NetworkOptions {
        if (tokens < 1 || threads < 1) {
            throw new IllegalArgumentException("tokens and threads: found " + tokens + " and " + threads);
        }
    }

    /** For batches of so many tokens, on all cores. */
    public static NetworkOptions of(int tokens) {
        return new NetworkOptions(tokens, Runtime.getRuntime().availableProcessors(), false);
    }
}
