// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.mapped.ComputedRows;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Rows of experts that are stored input-major: {@code [experts, inputs, outputs]}, of which some of the outputs are wanted. Rows are
 * transposed several at a time, as many as share a line of the processor's cache, and each thread keeps those it has last made.
 */
final class ExpertRows implements ComputedRows.Reader {
    private static final int TILE = 32;

    private final MemorySegment source;
    private final Elements elements;
    private final long inputs;
    private final long outputs;
    private final long first;
    private final long wanted;
    private final ThreadLocal<@Nullable Tile> last;

    /** Rows of one expert, one after the other. */
    record Tile(ExpertRows owner, long first, MemorySegment rows) {}

    /**
     * @param outputs of an expert, in the source
     * @param first the first of them that is wanted
     * @param wanted how many of them are
     * @param last of all experts of a checkpoint
     */
    ExpertRows(
            MemorySegment source,
            Elements elements,
            long inputs,
            long outputs,
            long first,
            long wanted,
            ThreadLocal<@Nullable Tile> last) {
        this.source = source;
        this.elements = elements;
        this.inputs = inputs;
        this.outputs = outputs;
        this.first = first;
        this.wanted = wanted;
        this.last = last;
    }

    @Override
    public void read(long row, MemorySegment target) {
        long expert = row / wanted;
        long output = row % wanted;
        long begin = output - output % TILE;
        long tileRow = expert * wanted + begin;
        Tile tile = last.get();
        if (tile == null || tile.owner != this || tile.first != tileRow) {
            tile = new Tile(this, tileRow, transpose(expert, begin, (int) Math.min(TILE, wanted - begin)));
            last.set(tile);
        }
        target.copyFrom(tile.rows.asSlice((output - begin) * target.byteSize(), target.byteSize()));
    }

    private MemorySegment transpose(long expert, long begin, int count) {
        MemorySegment rows = MemorySegment.ofArray(new byte[Math.toIntExact(count * inputs * elements.bytes())]);
        for (long input = 0; input < inputs; input++) {
            long from = (expert * inputs + input) * outputs + first + begin;
            long output = expert * outputs + first + begin;
            for (int i = 0; i < count; i++) {
                elements.copy().copy(source, from + i, rows, i * inputs + input, output + i);
            }
        }
        return rows;
    }
}
