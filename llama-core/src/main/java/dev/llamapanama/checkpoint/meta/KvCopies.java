// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import java.util.List;

/**
 * Tells whether shards have each key/value head twice: Llama 3.1 405B has 8 heads, and its files for 16 devices state 16
 * so that each device gets one.
 */
final class KvCopies {
    private static final List<String> KEYS_AND_VALUES =
            List.of("layers.0.attention.wk.weight", "layers.0.attention.wv.weight");

    private KvCopies() {}

    /** How many heads there are, each counted once. */
    static int heads(MetaParams params, MetaShards shards) {
        int stated = params.kvHeads();
        boolean oneEach = stated > 1 && stated == shards.count() && stated % 2 == 0;
        boolean twice = oneEach
                && KEYS_AND_VALUES.stream().map(shards::ending).allMatch(parts -> isEachTwice(parts, params.headDim()));
        return twice ? stated / 2 : stated;
    }

    private static boolean isEachTwice(List<TorchTensor> parts, int headDim) {
        if (parts.isEmpty() || parts.getFirst().rows() != headDim) {
            return false;
        }
        for (int i = 0; i < parts.size(); i += 2) {
            if (!parts.get(i).hasElementsOf(parts.get(i + 1))) {
                return false;
            }
        }
        return true;
    }
}
