// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.Collections;
import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Python's iterators: items come one by one, once, and each is made only when it is asked for. */
final class Generator implements Walkable {
    private final String type;
    private final Supplier<Iterator<Object>> source;
    private @Nullable Iterator<Object> items;

    private Generator(String type, Supplier<Iterator<Object>> source) {
        this.type = type;
        this.source = source;
    }

    /** @param source called when the first item is asked for */
    static Generator of(Supplier<Iterator<Object>> source) {
        return new Generator("generator", source);
    }

    /** What {@code reversed} gives, whose type is called after what is reversed. */
    static Generator named(String type, Iterator<Object> items) {
        return new Generator(type, () -> items);
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public Iterator<Object> iterator() {
        if (items == null) {
            items = Collections.emptyIterator();
            items = source.get();
        }
        return items;
    }

    @Override
    public long length() {
        throw new JinjaException("object of type '" + type + "' has no len()");
    }

    @Override
    public String literal() {
        return "<" + type + " object>";
    }
}
