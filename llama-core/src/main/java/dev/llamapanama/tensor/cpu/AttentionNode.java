// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.Tensor;
import java.util.Arrays;

/**
 * Causal grouped-query attention over pages. All query heads of a key/value head are served together, page by page, so
 * that each page is read from memory once. Heads of rows are dealt to the workers one by one.
 */
final class AttentionNode implements Node {
    private final Kernels kernels;
    private final WorkerPool pool;
    private final CpuTensor q;
    private final CpuTensor out;
    private final CpuKvPool kv;
    private final int layer;
    private final float scale;
    private final int headDim;
    private final int kvHeads;
    private final int group;
    private final PerWorker scores;

    AttentionNode(
            Kernels kernels,
            WorkerPool pool,
            CpuTensor q,
            CpuKvPool kv,
            int layer,
            double scale,
            CpuTensor out,
            PerWorker scores) {
        this.kernels = kernels;
        this.pool = pool;
        this.q = q;
        this.out = out;
        this.kv = kv;
        this.layer = layer;
        this.scale = (float) scale;
        this.scores = scores;
        headDim = kv.layout().headDim();
        kvHeads = kv.layout().kvHeads();
        group = q.width() / headDim / kvHeads;
    }

    @Override
    public void run(Step step) {
        int rows = step.rows(Tensor.Rows.TOKENS);
        int items = rows * kvHeads;
        long length = step.position(rows - 1) + 1L;
        pool.run(2L * rows * q.width() * length, (worker, workers) -> {
            for (int item = worker; item < items; item += workers) {
                attend(step, item / kvHeads, item % kvHeads, worker);
            }
        });
    }

    private void attend(Step step, int row, int kvHead, int worker) {
        int length = step.position(row) + 1;
        int stride = KvLayout.pagesFor(length) * KvLayout.PAGE_TOKENS;
        float[] p = scores.get(worker, group * stride);
        int first = row * q.width() + kvHead * group * headDim;
        for (int from = 0; from < length; from += KvLayout.PAGE_TOKENS) {
            var page = kv.page(step.page(row, from / KvLayout.PAGE_TOKENS));
            long keys = kv.keyOffset(layer, kvHead);
            for (int h = 0; h < group; h++) {
                kernels.scores(q.data(), first + h * headDim, page, keys, headDim, scale, p, h * stride + from);
            }
        }
        for (int h = 0; h < group; h++) {
            kernels.softmax(p, h * stride, length);
        }
        Arrays.fill(out.data(), first, first + group * headDim, 0);
        for (int from = 0; from < length; from += KvLayout.PAGE_TOKENS) {
            var page = kv.page(step.page(row, from / KvLayout.PAGE_TOKENS));
            int count = Math.min(KvLayout.PAGE_TOKENS, length - from);
            long values = kv.valueOffset(layer, kvHead);
            for (int h = 0; h < group; h++) {
                kernels.mix(p, h * stride + from, page, values, headDim, count, out.data(), first + h * headDim);
            }
        }
    }
}
