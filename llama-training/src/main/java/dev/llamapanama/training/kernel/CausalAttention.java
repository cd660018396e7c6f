// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

/**
 * Grouped-query causal attention within documents that lie one behind the other, and its gradients. The scores of one head and of as many
 * queries as a tile is wide exist at a time; the backward pass computes them anew, from the logarithms of the sums that the
 * forward pass leaves (as in FlashAttention, arXiv 2205.14135). A part is a document and a key/value head with all its queries.
 */
public final class CausalAttention {
    private final Workers workers;
    private final int heads;
    private final int kvHeads;
    private final int headDim;
    private final AttentionPart[] parts;

    /**
     * @param workers remain the caller's
     * @param heads a multiple of {@code kvHeads}
     */
    public CausalAttention(Workers workers, int heads, int kvHeads, int headDim) {
        this.workers = workers;
        this.heads = heads;
        this.kvHeads = kvHeads;
        this.headDim = headDim;
        parts = new AttentionPart[workers.count()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new AttentionPart(headDim);
        }
    }

    /**
     * @param qkv a row has all queries, then all keys, then all values of a token
     * @param starts first row of each document, and at last the number of rows
     * @param out takes {@code [tokens, heads * headDim]}
     * @param logSums takes {@code [heads][tokens]}, for {@link #backward}
     */
    public void forward(Matrix qkv, int[] starts, Matrix out, float[] logSums) {
        run(starts, (part, document, kvHead) -> {
            part.open(rows(keys(qkv, kvHead), starts, document), rows(values(qkv, kvHead), starts, document));
            for (int head = firstHead(kvHead); head < firstHead(kvHead + 1); head++) {
                part.forward(
                        rows(head(qkv, head), starts, document),
                        rows(head(out, head), starts, document),
                        logSums,
                        head * qkv.rows + starts[document]);
            }
        });
    }

    /**
     * @param out as {@link #forward} has left it
     * @param logSums as {@link #forward} has left them
     * @param dOut gradient of {@code out}
     * @param dQkv takes that of {@code qkv}
     */
    public void backward(Matrix qkv, int[] starts, Matrix out, float[] logSums, Matrix dOut, Matrix dQkv) {
        run(starts, (part, document, kvHead) -> {
            part.openBackward(rows(keys(qkv, kvHead), starts, document), rows(values(qkv, kvHead), starts, document));
            for (int head = firstHead(kvHead); head < firstHead(kvHead + 1); head++) {
                part.backward(
                        rows(head(qkv, head), starts, document),
                        rows(head(out, head), starts, document),
                        rows(head(dOut, head), starts, document),
                        rows(head(dQkv, head), starts, document),
                        logSums,
                        head * qkv.rows + starts[document]);
            }
            part.close(rows(keys(dQkv, kvHead), starts, document), rows(values(dQkv, kvHead), starts, document));
        });
    }

    @FunctionalInterface
    private interface Step {
        void run(AttentionPart part, int document, int kvHead);
    }

    private void run(int[] starts, Step step) {
        workers.run(
                (starts.length - 1) * kvHeads,
                (part, worker) -> step.run(parts[worker], part / kvHeads, part % kvHeads));
    }

    private int firstHead(int kvHead) {
        return kvHead * (heads / kvHeads);
    }

    private Matrix head(Matrix queries, int head) {
        return queries.cols(head * headDim, headDim);
    }

    private Matrix keys(Matrix qkv, int kvHead) {
        return qkv.cols((heads + kvHead) * headDim, headDim);
    }

    private Matrix values(Matrix qkv, int kvHead) {
        return qkv.cols((heads + kvHeads + kvHead) * headDim, headDim);
    }

    private static Matrix rows(Matrix all, int[] starts, int document) {
        return all.rows(starts[document], starts[document + 1] - starts[document]);
    }
}
