// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys of maps: numbers and booleans of one value are one key, and what can change is none. */
final class MapKeys {
    private MapKeys() {}

    /** The value of a key, or null where there is none. */
    static @Nullable Object find(Map<?, ?> map, Object key) {
        return map.get(present(map, key));
    }

    static boolean contains(Map<?, ?> map, Object key) {
        return map.containsKey(present(map, key));
    }

    static void put(Map<Object, Object> map, Object key, Object value) {
        map.put(present(map, key), value);
    }

    /** The key by which a map holds what a key stands for, or the key where it doesn't. */
    private static Object present(Map<?, ?> map, Object key) {
        Object plain = Markup.plain(hashable(key));
        if (!Numbers.isNumber(plain) || map.containsKey(plain)) {
            return plain;
        }
        double number = Numbers.toDouble(plain);
        for (Object other : new Object[] {(long) number, number, number == 1}) {
            if (Numbers.compare(other, plain) == 0 && map.containsKey(other)) {
                return other;
            }
        }
        return plain;
    }

    /** The same value; fails for one that a template could change. */
    static Object hashable(Object key) {
        if (!Tuple.isKey(key)) {
            throw new JinjaException("unhashable type: '" + Values.typeName(key) + "'");
        }
        return key;
    }
}
