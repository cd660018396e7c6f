// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

/** What is done once to activations before all workers multiply them. */
interface Preparation {

    /** Whether so many tokens need it. */
    default boolean isNeeded(int tokens) {
        return true;
    }

    /** Whether other values take the place of the activations. */
    default boolean replacesValues() {
        return true;
    }

    /** Elements that are derived from so many tokens. */
    default int derivedSize(int tokens, int cols) {
        return 0;
    }

    /** {@link Multipliers} of one token. */
    default int multipliers(int cols) {
        return 0;
    }

    /** Starts of sums over multipliers. */
    default int starts(int cols) {
        return 0;
    }

    /** Prepares activations {@code [tokens, cols]} on this thread, in memory of their own. */
    default Activations prepare(float[] x, int tokens, int cols) {
        if (!isNeeded(tokens)) {
            return Activations.unprepared(x, tokens);
        }
        Activations prepared = new Activations(
                x,
                replacesValues() ? new float[x.length] : x,
                new float[derivedSize(tokens, cols)],
                new int[multipliers(cols)],
                new int[starts(cols)],
                tokens);
        prepare(0, 1, x, cols, prepared);
        return prepared;
    }

    /**
     * Does a worker's share.
     *
     * @param x activations {@code [tokens, cols]}
     * @param target takes what is prepared from as many tokens as it says
     */
    void prepare(int worker, int workers, float[] x, int cols, Activations target);
}
