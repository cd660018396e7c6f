// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.UNIT;

/**
 * What the integers of a unit are multiplied with: activations, in the order in which quants are stored, each meeting those of both halves of an integer.
 *
 * <p>Where integers hold nothing but whole quants, these needn't be taken apart by masks. An integer that holds quants {@code f} of {@code b} bits is
 * {@code v = f₀ + 2ᵇ·(v >>> b)}, and {@code v >>> b} is {@code f₁ + 2ᵇ·(v >>> 2b)}, and so on; hence
 * <pre>{@code Σ f·x = v·x₀ + (v >>> b)·(x₁ − 2ᵇ·x₀) + (v >>> 2b)·(x₂ − 2ᵇ·x₁) + …}</pre>
 * Modulo 2^16 that holds for products with the lower half of each {@code v >>> kb}, as far as that reaches, and with the upper half for the rest: the sum is in both halves together.
 */
final class Multipliers {
    /** Of a unit. */
    static final int COUNT = UNIT / 2;

    private final int distance;
    /** The bits of a column that say which of its integer it is, where those hold nothing but whole quants. */
    private final int place;

    private final int[] columns = new int[COUNT];
    /** What the activation before is multiplied with; 0 where quants are taken apart. */
    private final int factor;

    Multipliers(PackedLayout layout) {
        distance = layout.lowBits() == 6 ? 2 : layout.integerColumns() / 2;
        place = layout.integerColumns() - 1;
        factor = layout.telescopes() ? -1 << layout.lowBits() : 0;
        for (int i = 0; i < COUNT; i++) {
            columns[i] = i / distance * 2 * distance + i % distance;
        }
    }

    /** For the lower half of the integer, from the activations of a unit. */
    int lower(int[] x, int index) {
        return at(x, columns[index]);
    }

    /** For the upper half. */
    int upper(int[] x, int index) {
        return at(x, columns[index] + distance);
    }

    private int at(int[] x, int column) {
        return factor == 0 || (column & place) == 0 ? x[column] : x[column] + factor * x[column - 1];
    }

    /** Whether the quant of a column is in the lower half of its integer. */
    boolean isLower(int column) {
        return column / distance % 2 == 0;
    }
}
