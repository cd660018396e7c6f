// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import java.util.Locale;

/** How elements of weights stand on the device: for each there are kernels of its name. */
enum DeviceFormat {
    /** Floats. */
    F32(false, false),
    /** Halves, rows padded to 16 bytes. */
    F16(false, false),
    /** The upper halves of floats, rows padded to 16 bytes. */
    BF16(false, false),
    /** Signed bytes; scales. */
    Q8_0(true, false),
    /** Nibbles; scales. */
    Q4_0(true, false),
    /** Nibbles; scales and minima of sub-blocks; those of blocks. */
    Q4_K(true, true),
    /** Signed bytes; scales of sub-blocks; scales of blocks. */
    Q6_K(true, false);

    private final boolean quantised;
    private final boolean minima;

    DeviceFormat(boolean quantised, boolean minima) {
        this.quantised = quantised;
        this.minima = minima;
    }

    /** Whether products want rounded activations. */
    boolean isQuantised() {
        return quantised;
    }

    /** Whether products want the sums of activations too. */
    boolean hasMinima() {
        return minima;
    }

    /** How the names of its kernels end, or go on. */
    String suffix() {
        return name().toLowerCase(Locale.ROOT);
    }
}
