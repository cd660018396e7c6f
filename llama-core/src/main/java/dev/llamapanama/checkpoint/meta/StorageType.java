// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.tensor.DType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Classes of torch's storages: what an element takes, and the type of weights in them, where ours are such. */
final class StorageType {
    private static final Map<String, DType> WEIGHTS = Map.of(
            "FloatStorage", DType.F32,
            "HalfStorage", DType.F16,
            "BFloat16Storage", DType.BF16);
    private static final Map<String, Integer> BYTES = Map.ofEntries(
            Map.entry("FloatStorage", 4),
            Map.entry("HalfStorage", 2),
            Map.entry("BFloat16Storage", 2),
            Map.entry("DoubleStorage", 8),
            Map.entry("LongStorage", 8),
            Map.entry("IntStorage", 4),
            Map.entry("ShortStorage", 2),
            Map.entry("CharStorage", 1),
            Map.entry("ByteStorage", 1),
            Map.entry("BoolStorage", 1),
            Map.entry("ComplexFloatStorage", 8));

    private StorageType() {}

    static boolean isKnown(String name) {
        return BYTES.containsKey(name);
    }

    /** Null where no weight can be stored so. */
    static @Nullable DType of(String name) {
        return WEIGHTS.get(name);
    }

    static int bytes(String name) {
        return BYTES.getOrDefault(name, 1);
    }
}
