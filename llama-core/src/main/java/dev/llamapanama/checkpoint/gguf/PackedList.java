// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * An array of fixed-size values kept as it stood in the file, on the heap: boxing it whole would take twenty times as
 * much. A buffer, because it is read long before the JIT has made a segment as fast.
 */
final class PackedList extends AbstractList<Object> implements RandomAccess {
    private final GgufType type;
    private final ByteBuffer values;
    private final int size;

    PackedList(GgufType type, MemorySegment mapped) {
        this.type = type;
        this.values = ByteBuffer.wrap(mapped.toArray(ValueLayout.JAVA_BYTE)).order(ByteOrder.LITTLE_ENDIAN);
        this.size = values.capacity() / type.bytes();
    }

    @Override
    public Object get(int index) {
        return type.read(values, Objects.checkIndex(index, size) * type.bytes());
    }

    @Override
    public int size() {
        return size;
    }
}
