// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import java.util.Arrays;
import java.util.List;

/**
 * Tokens of one or more documents, one behind the other, with what should follow each. Positions begin anew with each document and tokens see
 * only those of their own before them, so that a batch may be sequences packed with documents as well as single ones. Padding needs no
 * tokens; what stands behind a document and has {@link #IGNORED} targets changes nothing. Immutable.
 */
public final class Batch {
    /** The target of a token after which nothing is to be learnt. */
    public static final int IGNORED = -1;

    final int[] tokens;
    final int[] targets;
    /** First row of each document, and the number of rows. */
    final int[] starts;

    private Batch(int[] tokens, int[] targets, int[] starts) {
        this.tokens = tokens;
        this.targets = targets;
        this.starts = starts;
    }

    /**
     * @param tokens ids of all documents
     * @param targets for each token an id or {@link #IGNORED}
     * @param starts where each document begins: 0 first, and growing
     * @throws IllegalArgumentException if they don't fit together
     */
    public static Batch of(int[] tokens, int[] targets, int[] starts) {
        require(tokens.length > 0, "tokens: found none");
        require(
                targets.length == tokens.length,
                "targets: found " + targets.length + " for " + tokens.length + " tokens");
        require(starts.length > 0 && starts[0] == 0, "starts: found " + Arrays.toString(starts) + ", expected 0 first");
        int[] bounds = Arrays.copyOf(starts, starts.length + 1);
        bounds[starts.length] = tokens.length;
        for (int i = 0; i < starts.length; i++) {
            require(bounds[i] < bounds[i + 1], "starts: found " + bounds[i] + " before " + bounds[i + 1]);
        }
        return new Batch(tokens.clone(), targets.clone(), bounds);
    }

    /**
     * Documents whose targets are their own next tokens.
     *
     * @param documents at least one, none of them empty
     */
    public static Batch of(List<int[]> documents) {
        int rows = documents.stream().mapToInt(document -> document.length).sum();
        int[] tokens = new int[rows];
        int[] targets = new int[rows];
        int[] starts = new int[documents.size()];
        int row = 0;
        for (int i = 0; i < starts.length; i++) {
            int[] document = documents.get(i);
            starts[i] = row;
            for (int j = 0; j < document.length; j++) {
                tokens[row + j] = document[j];
                targets[row + j] = j + 1 < document.length ? document[j + 1] : IGNORED;
            }
            row += document.length;
        }
        return of(tokens, targets, starts);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Tokens of all documents. */
    public int size() {
        return tokens.length;
    }

    /** Tokens after which something is to be learnt. */
    public int targetCount() {
        return (int) Arrays.stream(targets).filter(target -> target != IGNORED).count();
    }

    void requireBelow(int vocabulary) {
        for (int i = 0; i < tokens.length; i++) {
            require(tokens[i] >= 0 && tokens[i] < vocabulary, "token: found " + tokens[i] + " of " + vocabulary);
            require(
                    targets[i] >= IGNORED && targets[i] < vocabulary,
                    "target: found " + targets[i] + " of " + vocabulary);
        }
    }
}
