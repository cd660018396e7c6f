// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import java.util.stream.IntStream;

/**
 * The whole numbers that stored codes 0, 1, … stand for, in ascending order. Which is nearest changes only at multiples of one half,
 * so that a table of half steps tells it.
 */
final class Levels {
    private final int[] values;
    private final float[] ofCell;
    private final int[] codeOfCell;

    Levels(int... ascending) {
        values = ascending.clone();
        ofCell = new float[2 * (highest() - lowest()) + 1];
        codeOfCell = new int[ofCell.length];
        int code = 0;
        for (int cell = 0; cell < ofCell.length; cell++) {
            double middle = lowest() + cell / 2.0 + 0.25;
            while (code + 1 < values.length && values[code + 1] - middle < middle - values[code]) {
                code++;
            }
            codeOfCell[cell] = code;
            ofCell[cell] = values[code];
        }
    }

    /** All whole numbers of a range. */
    static Levels between(int lowest, int highest) {
        return new Levels(IntStream.rangeClosed(lowest, highest).toArray());
    }

    int lowest() {
        return values[0];
    }

    int highest() {
        return values[values.length - 1];
    }

    int count() {
        return values.length;
    }

    /** The level nearest to a number. */
    float nearest(float value) {
        return ofCell[cell(value)];
    }

    /** The code of the level nearest to a number. */
    int code(float value) {
        return codeOfCell[cell(value)];
    }

    private int cell(float value) {
        return Math.max(0, Math.min(ofCell.length - 1, (int) (2 * (value - lowest()))));
    }
}
