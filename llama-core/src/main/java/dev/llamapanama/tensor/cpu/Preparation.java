// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

/** What is done once to activations before all workers multiply them. */
interface Preparation {

    /** Whether so many tokens need it. */
    boolean isNeeded(int tokens);

    /** Whether other values take the place of the activations. */
    boolean replacesValues();

    /** Elements that are derived from so many tokens. */
    int derivedSize(int tokens, int cols);

    /**
     * Does a worker's share.
     *
     * @param x activations {@code [tokens, cols]}
     * @param values takes what replaces them
     * @param derived takes what is derived from them
     */
    void prepare(int worker, int workers, float[] x, int tokens, int cols, float[] values, float[] derived);
}
