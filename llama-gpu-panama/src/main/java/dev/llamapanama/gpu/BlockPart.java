// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.Little;
import dev.llamapanama.tensor.StoredFields;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What one part of repacked weights holds of each block.
 *
 * @param bytes of a block
 * @param writer writes them
 */
record BlockPart(int bytes, Writer writer) {
    private static final long SIGNS = 0x8080808080808080L;
    private static final long BIAS_32 = 0x2020202020202020L;

    /** Writes a part of a block. */
    @FunctionalInterface
    interface Writer {
        void write(StoredFields block, MemorySegment target, long at);
    }

    /** A half: the scale of the block. */
    static BlockPart scale() {
        return new BlockPart(2, (block, target, at) -> target.set(Little.SHORT, at, block.scale()));
    }

    /** Two halves: the scale of the block, and its minimum, which is subtracted. */
    static BlockPart scaleAndMinimum() {
        return new BlockPart(4, (block, target, at) -> {
            target.set(Little.SHORT, at, block.scale());
            target.set(Little.SHORT, at + 2, (short) (block.minimum() ^ 0x8000));
        });
    }

    /** A byte for each of so many quants. */
    static BlockPart signedBytes(int count) {
        return new BlockPart(count, (block, target, at) -> {
            for (int i = 0; i < count / 8; i++) {
                target.set(Little.LONG, at + 8L * i, block.quants()[i]);
            }
        });
    }

    /** A byte for each of so many quants of six bits, from which 32 is taken off. */
    static BlockPart centredBytes(int count) {
        return new BlockPart(count, (block, target, at) -> {
            for (int i = 0; i < count / 8; i++) {
                // No byte borrows from the next, whose sign is set meanwhile.
                target.set(Little.LONG, at + 8L * i, ((block.quants()[i] | SIGNS) - BIAS_32) ^ SIGNS);
            }
        });
    }

    /** So many quants of four bits, 32 to 16 bytes: byte i holds element i (low) and element i + 16 (high). */
    static BlockPart nibbles(int count) {
        return new BlockPart(count / 2, (block, target, at) -> {
            for (int i = 0; i < count / 8; i += 4) {
                for (int half = 0; half < 2; half++) {
                    long both = block.quants()[i + half] | block.quants()[i + half + 2] << 4;
                    target.set(Little.LONG, at + 4L * i + 8L * half, both);
                }
            }
        });
    }

    /** The scales of so many sub-blocks. */
    static BlockPart scales(int count) {
        return new BlockPart(
                count,
                (block, target, at) -> MemorySegment.copy(block.scales(), 0, target, ValueLayout.JAVA_BYTE, at, count));
    }

    /** Scale and minimum of so many sub-blocks in turn. */
    static BlockPart scalesAndMinima(int count) {
        return new BlockPart(2 * count, (block, target, at) -> {
            for (int sub = 0; sub < count; sub++) {
                target.set(ValueLayout.JAVA_BYTE, at + 2L * sub, block.scales()[sub]);
                target.set(ValueLayout.JAVA_BYTE, at + 2L * sub + 1, block.minima()[sub]);
            }
        });
    }
}
