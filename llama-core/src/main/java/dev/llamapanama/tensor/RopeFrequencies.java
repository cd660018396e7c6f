// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/**
 * The angles per position of the rotated pairs of a head. Compared by identity: a backend keeps one table of cosines for
 * each instance.
 */
public final class RopeFrequencies {
    private final double[] inverse;

    /**
     * @param inverse radians per position of each pair; half as many as a head is wide
     */
    public RopeFrequencies(double[] inverse) {
        this.inverse = inverse.clone();
    }

    /** Width of a head. */
    public int headDim() {
        return 2 * inverse.length;
    }

    /**
     * @return the angle of a pair at a position, in radians
     */
    public double angle(int position, int pair) {
        return position * inverse[pair];
    }
}
