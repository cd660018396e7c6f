// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** The numbers of a block's elements before they are scaled. */
public interface BlockCodes {
    /** That of the i-th element. */
    double get(byte[] block, int i);

    /**
     * Stores numbers near to these.
     *
     * @param values of all elements
     */
    void setAll(byte[] block, double[] values);

    /** The one furthest from 0. */
    double extreme();

    /** Whether its opposite is one too. */
    boolean isSymmetric();
}
