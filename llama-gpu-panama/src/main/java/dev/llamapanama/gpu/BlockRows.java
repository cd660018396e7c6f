// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.StoredFields;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Rows of quantised blocks, their fields split into arrays of their own, since the blocks of a file are only aligned to two bytes.
 *
 * @param type as stored
 * @param reader takes a block apart
 * @param parts what becomes of it
 */
record BlockRows(DType type, StoredFields.Reader reader, List<BlockPart> parts) implements RowRepacker {
    static final BlockRows Q8_0 =
            new BlockRows(DType.Q8_0, StoredFields::q8_0, List.of(BlockPart.signedBytes(32), BlockPart.scale()));

    static final BlockRows Q4_0 =
            new BlockRows(DType.Q4_0, StoredFields::q4_0, List.of(BlockPart.nibbles(32), BlockPart.scale()));

    static final BlockRows Q4_K = new BlockRows(
            DType.Q4_K,
            StoredFields::q4_K,
            List.of(BlockPart.nibbles(256), BlockPart.scalesAndMinima(8), BlockPart.scaleAndMinimum()));

    static final BlockRows Q6_K = new BlockRows(
            DType.Q6_K,
            StoredFields::q6_K,
            List.of(BlockPart.centredBytes(256), BlockPart.scales(16), BlockPart.scale()));

    @Override
    public long[] partBytes(int cols) {
        long blocks = cols / type.blockSize();
        return parts.stream().mapToLong(part -> blocks * part.bytes()).toArray();
    }

    @Override
    public void repack(MemorySegment stored, int from, int until, int cols, MemorySegment[] targets) {
        StoredFields fields = new StoredFields();
        int blocks = cols / type.blockSize();
        byte[] row = new byte[Math.toIntExact(type.bytes(cols))];
        for (int r = from; r < until; r++) {
            MemorySegment.copy(stored, ValueLayout.JAVA_BYTE, (long) r * row.length, row, 0, row.length);
            for (int b = 0; b < blocks; b++) {
                reader.read(fields, row, b * type.blockBytes());
                write(fields, (long) r * blocks + b, targets);
            }
        }
    }

    private void write(StoredFields fields, long block, MemorySegment[] targets) {
        for (int i = 0; i < targets.length; i++) {
            BlockPart part = parts.get(i);
            part.writer().write(fields, targets[i], block * part.bytes());
        }
    }
}
