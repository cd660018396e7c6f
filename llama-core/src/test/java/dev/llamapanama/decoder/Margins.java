// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

/**
 * How near a number is to the middle between two roundings, or two logits of experts are to each other, where an engine may decide otherwise.
 *
 * @param integer in units of the integers that activations are rounded to
 * @param half relative to a key or value
 * @param smallHalf relative to all of the token's, for those that are small
 * @param tie of logits of experts
 */
record Margins(double integer, double half, double smallHalf, double tie) {
    /** What sums in F32 may be off by. */
    static final Margins OF_FLOATS = new Margins(3e-5, 1e-6, 0, 1e-4);

    /** What leaves room for any order of sums. */
    static final Margins WIDE = new Margins(3e-4, 3e-6, 1e-6, 1e-3);
}
