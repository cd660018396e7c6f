// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.data;

import java.util.Arrays;
import java.util.Random;

/** An order in which documents come (Fisher and Yates). */
public final class Permutation {
    private Permutation() {}

    /** Each number below {@code size} once. */
    public static int[] of(int size, Random random) {
        int[] order = new int[size];
        Arrays.setAll(order, i -> i);
        for (int i = size - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int moved = order[i];
            order[i] = order[j];
            order[j] = moved;
        }
        return order;
    }
}
