// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Consumer;

/** A part of the bytes of another source. */
record WeightSlice(WeightSource whole, long offset, long byteSize) implements WeightSource {
    WeightSlice {
        Objects.checkFromIndexSize(offset, byteSize, whole.byteSize());
    }

    @Override
    public MemorySegment mapped() {
        return whole.mapped().asSlice(offset, byteSize);
    }

    @Override
    public void read(long from, long length, Consumer<MemorySegment> reader) {
        Objects.checkFromIndexSize(from, length, byteSize);
        whole.read(offset + from, length, reader);
    }
}
