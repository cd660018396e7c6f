// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.data;

import dev.llamapanama.training.network.Batch;
import java.util.Arrays;

/**
 * Fills sequences with documents. Each piece of a document sees itself alone; where a document is cut, the last token still has its target.
 */
final class SequencePacker {
    private final int length;
    private final int[] tokens;
    private final int[] targets;
    private final int[] starts;
    private int size;
    private int pieces;

    SequencePacker(int sequences, int length) {
        this.length = length;
        tokens = new int[Math.multiplyExact(sequences, length)];
        targets = new int[tokens.length];
        starts = new int[tokens.length];
    }

    /**
     * Adds what there is room for in the sequence that isn't full.
     *
     * @return number of tokens taken
     */
    int add(int[] document, int offset) {
        int count = Math.min(length - size % length, document.length - offset);
        starts[pieces++] = size;
        for (int i = offset; i < offset + count; i++) {
            tokens[size] = document[i];
            targets[size++] = i + 1 < document.length ? document[i + 1] : Batch.IGNORED;
        }
        return count;
    }

    boolean isFull() {
        return size == tokens.length;
    }

    boolean isEmpty() {
        return size == 0;
    }

    Batch batch() {
        return Batch.of(Arrays.copyOf(tokens, size), Arrays.copyOf(targets, size), Arrays.copyOf(starts, pieces));
    }
}
