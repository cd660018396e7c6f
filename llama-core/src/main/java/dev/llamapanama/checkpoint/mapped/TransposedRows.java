// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.mapped;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Rows of matrices that are stored input-major, one below the other: {@code [experts, inputs, outputs]}. They are
 * transposed several at a time, as many as share a line of the processor's cache, and each thread keeps those it has last made.
 */
public final class TransposedRows implements ComputedRows.Reader {
    private static final int TILE = 32;

    private final long inputs;
    private final long outputs;
    private final Cell cell;
    private final ThreadLocal<@Nullable Tile> last;

    /** Rows of one expert, one after the other. */
    record Tile(TransposedRows owner, long first, MemorySegment rows) {}

    /** Copies single elements. */
    @FunctionalInterface
    public interface Cell {
        /**
         * @param to index of the element in the target
         */
        void copy(long expert, long input, long output, MemorySegment target, long to);
    }

    /**
     * @param last tiles of all such weights of a checkpoint
     */
    TransposedRows(long inputs, long outputs, Cell cell, ThreadLocal<@Nullable Tile> last) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.cell = cell;
        this.last = last;
    }

    @Override
    public void read(long row, MemorySegment target) {
        long output = row % outputs;
        long begin = output - output % TILE;
        long first = row - output + begin;
        Tile tile = last.get();
        if (tile == null || tile.owner != this || tile.first != first) {
            int count = (int) Math.min(TILE, outputs - begin);
            tile = new Tile(this, first, transpose(row / outputs, begin, count, target.byteSize()));
            last.set(tile);
        }
        target.copyFrom(tile.rows.asSlice((output - begin) * target.byteSize(), target.byteSize()));
    }

    private MemorySegment transpose(long expert, long begin, int count, long rowBytes) {
        MemorySegment rows = MemorySegment.ofArray(new byte[Math.toIntExact(count * rowBytes)]);
        for (long input = 0; input < inputs; input++) {
            for (int i = 0; i < count; i++) {
                cell.copy(expert, input, begin + i, rows, i * inputs + input);
            }
        }
        return rows;
    }
}
