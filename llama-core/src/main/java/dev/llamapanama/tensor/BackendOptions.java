// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/**
 * What a user may choose of a backend.
 *
 * @param threads worker threads of the engine, the calling one included; 0 for one on every core
 */
public record BackendOptions(int threads) {
    /** All cores. */
    public static final BackendOptions DEFAULT = new BackendOptions(0);

    public BackendOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("threads: found " + threads + ", expected 0 or more");
        }
    }
}
