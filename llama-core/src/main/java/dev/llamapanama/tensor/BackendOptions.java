// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/**
 * What a user may choose of a backend.
 *
 * @param threads worker threads of the engine, the calling one included; 0 for one on every core
 * @param keepStored whether weights are to be used as the file stores them, mapped, even where another layout would be faster
 * @param roundPrompts whether activations of many tokens may be rounded to halves where that is faster, whatever {@link Backend#numerics} says
 */
public record BackendOptions(int threads, boolean keepStored, boolean roundPrompts) {
    /** All cores, the fastest layout. */
    public static final BackendOptions DEFAULT = new BackendOptions(0);

    /** So many threads, the fastest layout. */
    public BackendOptions(int threads) {
        this(threads, false, false);
    }

    public BackendOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("threads: found " + threads + ", expected 0 or more");
        }
    }
}
