// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keys and values of a layer, as kernels of a plan find them.
 *
 * @param pool of pages
 * @param arguments where page tables, pages and the layer are
 */
record KvPages(CudaKvPool pool, List<Object> arguments) {

    /** Those of a layer; steps of the plan may name no pages that the pool doesn't have. */
    static KvPages of(Recording recording, KvPool kv, int layer) {
        CudaKvPool pool = (CudaKvPool) kv;
        recording.limits().pagesBelow(pool.pages());
        return new KvPages(
                pool,
                List.of(
                        recording.step().pageTables(),
                        recording.shape().maxPages(),
                        pool.address(),
                        pool.pageElements(),
                        pool.layerOffset(layer)));
    }

    KvLayout layout() {
        return pool.layout();
    }

    /** Elements of the keys or the values of a token. */
    int width() {
        return layout().kvHeads() * layout().headDim();
    }

    /** The name of a kernel for pages of this type. */
    String kernel(String prefix) {
        return prefix + "_" + pool.suffix();
    }

    /** The arguments of a kernel, between those that come before and after. */
    Object[] between(List<?> before, List<?> after) {
        return Stream.of(before, arguments, after).flatMap(List::stream).toArray();
    }
}
