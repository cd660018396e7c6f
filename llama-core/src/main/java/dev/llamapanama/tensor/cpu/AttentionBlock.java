// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.KvLayout.PAGE_TOKENS;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Some rows of queries of one key/value head against the keys and values of {@link #POSITIONS} positions after another. All state is in
 * the scratch memory of a worker: queries and their results {@code [query, padded headDim]}, keys {@code [headDim, POSITIONS]}, values
 * {@code [POSITIONS, padded headDim]}, scores {@code [query, POSITIONS]}, and of each query the largest score and the sum of weights.
 * What is computed for a query doesn't depend on the other queries.
 */
final class AttentionBlock {
    /** Positions of a block, in whole pages. */
    static final int POSITIONS = 2 * PAGE_TOKENS;

    private final RowKernels kernels;
    private final KvLayout layout;
    private final int group;
    private final float scale;
    private final int chunk;
    private final int headDim;
    private final int padded;
    private final int results;
    private final int keys;
    private final int values;
    private final int scores;
    private final int maxima;
    private final int weights;
    private final int end;

    /**
     * @param chunk 0, or positions that see nothing before the first of them
     */
    AttentionBlock(RowKernels kernels, KvLayout layout, int group, float scale, int chunk) {
        this.kernels = kernels;
        this.layout = layout;
        this.group = group;
        this.scale = scale;
        this.chunk = chunk;
        headDim = layout.headDim();
        int width = kernels.tileWidth();
        padded = (headDim + width - 1) / width * width;
        int queries = Activations.padded(Step.BLOCK_ROWS * group);
        results = queries * headDim;
        keys = results + queries * padded;
        values = keys + headDim * POSITIONS;
        scores = values + POSITIONS * padded;
        maxima = scores + queries * POSITIONS;
        weights = maxima + queries;
        end = weights + queries;
    }

    int scratchSize() {
        return end;
    }

    /** Takes the queries over, scaled. */
    void begin(float[] own, CpuTensor q, int first, int rows, int kvHead) {
        int width = group * headDim;
        for (int row = 0; row < rows; row++) {
            int from = (first + row) * q.width() + kvHead * width;
            for (int i = 0; i < width; i++) {
                own[row * width + i] = scale * q.data()[from + i];
            }
        }
        Arrays.fill(own, results, keys, 0);
        Arrays.fill(own, maxima, weights, Float.NEGATIVE_INFINITY);
        Arrays.fill(own, weights, end, 0);
    }

    /**
     * Decodes a page into the block.
     *
     * @param at its first position in the block
     * @param valid positions that have been written; the values of others become zero, since zero times what is left there from other
     *     sequences need not be zero
     */
    void load(float[] own, MemorySegment page, long keyOffset, long valueOffset, int at, int valid) {
        DType type = layout.type();
        int written = Math.min(PAGE_TOKENS, valid);
        kernels.decode(type, page, keyOffset, headDim, PAGE_TOKENS, own, keys + at, POSITIONS);
        kernels.decode(type, page, valueOffset, written, headDim, own, values + at * padded, padded);
        if (valid < PAGE_TOKENS || at + PAGE_TOKENS < POSITIONS) {
            Arrays.fill(own, values + (at + written) * padded, scores, 0);
        }
    }

    /** The first position that a row sees. */
    int firstSeen(int position) {
        return chunk == 0 ? 0 : position / chunk * chunk;
    }

    /**
     * Adds the block to the results.
     *
     * @param from the first position of the block
     * @param position of the first row
     */
    void attend(float[] own, int rows, int from, int position) {
        int queries = rows * group;
        Arrays.fill(own, scores, scores + Activations.padded(queries) * POSITIONS, 0);
        kernels.multiply(own, keys, POSITIONS, own, 0, headDim, headDim, queries, own, scores, POSITIONS);
        for (int query = 0; query < queries; query++) {
            int last = position + query / group;
            int unseen = Math.clamp(firstSeen(last) - (long) from, 0, POSITIONS);
            weigh(own, query, unseen, Math.clamp(last + 1L - from, unseen, POSITIONS));
        }
        kernels.multiply(own, values, padded, own, scores, POSITIONS, POSITIONS, queries, own, results, padded);
    }

    /** Turns the scores of the positions {@code first ≤ p < end} of the block into weights, all others into 0. */
    private void weigh(float[] own, int query, int first, int end) {
        int s = scores + query * POSITIONS;
        Arrays.fill(own, s, s + first, 0);
        Arrays.fill(own, s + end, s + POSITIONS, 0);
        if (first == end) {
            return;
        }
        float before = own[maxima + query];
        float max = Math.max(before, kernels.max(own, s + first, end - first));
        float sum = kernels.exponentiate(own, s + first, end - first, max);
        if (max > before) {
            float shrink = (float) Math.exp(before - max);
            own[weights + query] *= shrink;
            kernels.scale(own, results + query * padded, padded, shrink);
        }
        own[weights + query] += sum;
        own[maxima + query] = max;
    }

    /** Hands the results out, divided by the sums of their weights. */
    void end(float[] own, CpuTensor out, int first, int rows, int kvHead) {
        for (int query = 0; query < rows * group; query++) {
            int to = (first + query / group) * out.width() + (kvHead * group + query % group) * headDim;
            float factor = 1 / own[weights + query];
            for (int d = 0; d < headDim; d++) {
                out.data()[to + d] = own[results + query * padded + d] * factor;
            }
        }
    }
}
