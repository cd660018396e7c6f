// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.training.network.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Examples behind each other, each a document of its own. The row of a token learns the token after it.
 *
 * @param starts the first row of each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Packed(Batch batch, int[] starts) {
    static Packed of(List<Example> examples) {
        int rows = examples.stream().mapToInt(Example::size).sum();
        int[] tokens = new int[rows];
        int[] targets = new int[rows];
        int[] starts = new int[examples.size()];
        Arrays.fill(targets, Batch.IGNORED);
        int row = 0;
        for (int i = 0; i < starts.length; i++) {
            Example example = examples.get(i);
            starts[i] = row;
            for (int at = 0; at < example.size(); at++) {
                tokens[row + at] = example.token(at);
                if (example.answered(at)) {
                    targets[row + at - 1] = example.token(at);
                }
            }
            row += example.size();
        }
        return new Packed(Batch.of(tokens, targets, starts), starts);
    }

    /**
     * As many of the next as fit, again and again.
     *
     * @param size tokens of one
     * @param tokens of all of a group, at most
     * @throws IllegalArgumentException if one doesn't fit
     */
    static <T> List<List<T>> groups(List<T> items, ToIntFunction<T> size, int tokens) {
        List<List<T>> groups = new ArrayList<>();
        List<T> next = new ArrayList<>();
        int taken = 0;
        for (T item : items) {
            int own = size.applyAsInt(item);
            if (own > tokens) {
                throw new IllegalArgumentException("example: found " + own + " tokens, expected at most " + tokens);
            }
            if (taken + own > tokens) {
                groups.add(List.copyOf(next));
                next.clear();
                taken = 0;
            }
            next.add(item);
            taken += own;
        }
        if (!next.isEmpty()) {
            groups.add(List.copyOf(next));
        }
        return groups;
    }

    /** The row that predicts a token of an example. */
    int rowBefore(int example, int at) {
        return starts[example] + at - 1;
    }

    /** The row that has read all of an example. */
    int lastRow(int example) {
        return (example + 1 < starts.length ? starts[example + 1] : batch.size()) - 1;
    }
}
