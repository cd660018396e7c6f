// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.KvLayout.PAGE_TOKENS;

import dev.llamapanama.tensor.Tensor;

/**
 * Causal grouped-query attention over pages, with the softmax of arXiv 2205.14135: keys and values are taken in blocks of
 * {@link AttentionBlock#POSITIONS}, so that memory doesn't grow with the length of the sequence. All query heads of a key/value head, and
 * all rows of a few tokens, share each block; heads of blocks of rows are dealt to the workers one by one.
 */
final class AttentionNode implements Node {
    private final WorkerPool pool;
    private final CpuTensor q;
    private final CpuTensor out;
    private final CpuKvPool kv;
    private final int layer;
    private final AttentionBlock block;
    private final PerWorker scratch;

    AttentionNode(
            Kernels kernels,
            WorkerPool pool,
            CpuTensor q,
            CpuKvPool kv,
            int layer,
            double scale,
            int chunk,
            CpuTensor out,
            PerWorker scratch) {
        this.pool = pool;
        this.q = q;
        this.out = out;
        this.kv = kv;
        this.layer = layer;
        this.scratch = scratch;
        int group = q.width() / kv.layout().headDim() / kv.layout().kvHeads();
        block = new AttentionBlock(kernels, kv.layout(), group, (float) scale, chunk);
    }

    @Override
    public void run(Step step) {
        int kvHeads = kv.layout().kvHeads();
        int items = step.blocks() * kvHeads;
        int rows = step.rows(Tensor.Rows.TOKENS);
        int last = step.position(rows - 1);
        long length = last + 1L - block.firstSeen(last);
        pool.run(2L * rows * q.width() * length, (worker, workers) -> {
            for (int item = worker; item < items; item += workers) {
                attend(step, item / kvHeads, item % kvHeads, scratch.get(worker, block.scratchSize()));
            }
        });
    }

    private void attend(Step step, int rows, int kvHead, float[] own) {
        int first = step.blockStart(rows);
        int count = step.blockStart(rows + 1) - first;
        int length = step.position(first + count - 1) + 1;
        block.begin(own, q, first, count, kvHead);
        int start = block.firstSeen(step.position(first)) / AttentionBlock.POSITIONS * AttentionBlock.POSITIONS;
        for (int from = start; from < length; from += AttentionBlock.POSITIONS) {
            int valid = Math.min(AttentionBlock.POSITIONS, length - from);
            for (int at = 0; at < valid; at += PAGE_TOKENS) {
                var page = kv.page(step.page(first, (from + at) / PAGE_TOKENS));
                block.load(own, page, kv.keyOffset(layer, kvHead), kv.valueOffset(layer, kvHead), at, valid - at);
            }
            block.attend(own, count, from, step.position(first));
        }
        block.end(own, out, first, count, kvHead);
    }
}
