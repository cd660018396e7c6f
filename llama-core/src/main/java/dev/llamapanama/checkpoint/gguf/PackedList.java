// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * An array of fixed-size values kept as it stood in the file, on the heap: boxing it whole would take twenty times as
 * much.
 */
final class PackedList extends AbstractList<Object> implements RandomAccess {
    private final GgufType type;
    private final MemorySegment values;
    private final int size;

    PackedList(GgufType type, MemorySegment mapped) {
        this.type = type;
        this.values = MemorySegment.ofArray(mapped.toArray(ValueLayout.JAVA_BYTE));
        this.size = (int) (values.byteSize() / type.bytes());
    }

    @Override
    public Object get(int index) {
        return type.read(values, (long) Objects.checkIndex(index, size) * type.bytes());
    }

    @Override
    public int size() {
        return size;
    }
}
