// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tokens of a generation, its prompt included. */
final class History {
    private int[] tokens = new int[64];
    private int size;

    void add(int token) {
        if (size == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * size);
        }
        tokens[size++] = token;
    }

    int size() {
        return size;
    }

    /** The token so many before the last, which is 0. */
    int back(int distance) {
        return tokens[size - 1 - distance];
    }

    int[] toArray() {
        return Arrays.copyOf(tokens, size);
    }

    /**
     * How often each of the last tokens came up.
     *
     * @param window how many of them count; −1 for all
     */
    Map<Integer, Integer> counts(int window) {
        Map<Integer, Integer> counts = new LinkedHashMap<>();
        for (int i = window < 0 ? 0 : Math.max(0, size - window); i < size; i++) {
            counts.merge(tokens[i], 1, Integer::sum);
        }
        return counts;
    }
}
