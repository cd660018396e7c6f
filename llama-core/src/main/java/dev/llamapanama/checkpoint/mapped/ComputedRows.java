// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.mapped;

import dev.llamapanama.tensor.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A weight that no file holds as it is wanted: rows in another order, joined from shards, or decoded. A backend that lays weights out anew has
 * its rows computed piece by piece; only one that keeps them as they are makes it take memory.
 */
public final class ComputedRows implements WeightSource {
    private static final int ALIGNMENT = 64;

    private final Arena arena;
    private final long rows;
    private final long rowBytes;
    private final Reader reader;
    private @Nullable MemorySegment all;

    /**
     * Writes one row. Called by several threads at once.
     */
    @FunctionalInterface
    public interface Reader {
        /**
         * @param row index from 0
         * @param target takes the row's bytes, all of it
         */
        void read(long row, MemorySegment target);
    }

    ComputedRows(Arena arena, long rows, long rowBytes, Reader reader) {
        this.arena = arena;
        this.rows = rows;
        this.rowBytes = rowBytes;
        this.reader = reader;
    }

    @Override
    public synchronized MemorySegment mapped() {
        if (all == null) {
            MemorySegment target = arena.allocate(byteSize(), ALIGNMENT);
            compute(0, rows, target);
            all = target.asReadOnly();
        }
        return all;
    }

    @Override
    public long byteSize() {
        return rows * rowBytes;
    }

    @Override
    public void read(long offset, long length, Consumer<MemorySegment> reader) {
        Objects.checkFromIndexSize(offset, length, byteSize());
        long first = offset / rowBytes;
        long end = Math.ceilDiv(offset + length, rowBytes);
        try (Arena moment = Arena.ofShared()) {
            MemorySegment target = moment.allocate((end - first) * rowBytes, ALIGNMENT);
            compute(first, end, target);
            reader.accept(target.asSlice(offset - first * rowBytes, length));
        }
    }

    private void compute(long first, long end, MemorySegment target) {
        for (long row = first; row < end; row++) {
            reader.read(row, target.asSlice((row - first) * rowBytes, rowBytes));
        }
    }
}
