// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ObjLongConsumer;

/** How often each word stands in a text. */
final class WordCounts {
    private final Map<String, long[]> counts = new HashMap<>();

    void add(String word) {
        counts.computeIfAbsent(word, _ -> new long[1])[0]++;
    }

    int size() {
        return counts.size();
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    /** In no order that means anything. */
    void forEach(ObjLongConsumer<String> action) {
        counts.forEach((word, count) -> action.accept(word, count[0]));
    }
}
