// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Python's tuple: a list that prints in parentheses and equals no list. What it needs as a key is known from the beginning,
 * since tuples may hold one tuple twice, which holds one twice, and so on.
 */
class Tuple extends AbstractList<Object> {
    private final List<Object> items;
    private final boolean isKey;
    private final int hash;

    Tuple(List<Object> items) {
        this.items = List.copyOf(items);
        isKey = this.items.stream().allMatch(Tuple::isKey);
        hash = isKey ? this.items.hashCode() : 0;
    }

    static Tuple of(Object... items) {
        return new Tuple(List.of(items));
    }

    /** Whether a value can be a key: nothing in it can change. */
    static boolean isKey(Object value) {
        return value instanceof Tuple tuple ? tuple.isKey : !(value instanceof List || value instanceof Map);
    }

    @Override
    public Object get(int index) {
        return items.get(index);
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Tuple tuple && hash == tuple.hash && Equality.equal(this, tuple));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
