// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Python's {@code reversed}. */
final class Reversal {
    private Reversal() {}

    /** Items from the last to the first; fails for what is gone through in one direction only. */
    static Generator of(Object value) {
        if (value instanceof Generator generator) {
            throw new JinjaException("'" + generator.type() + "' object is not reversible");
        }
        List<Object> items = new ArrayList<>(Values.items(value));
        Collections.reverse(items);
        return Generator.named(type(value), items.iterator());
    }

    private static String type(Object value) {
        return switch (value) {
            case Tuple _, String _, Undefined _ -> "reversed";
            case List<?> _ -> "list_reverseiterator";
            case Map<?, ?> _ -> "dict_reversekeyiterator";
            case Range _ -> "range_iterator";
            default -> "dict_reverseitemiterator";
        };
    }
}
