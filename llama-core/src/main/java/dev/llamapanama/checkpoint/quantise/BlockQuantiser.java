// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Stores block by block. */
abstract class BlockQuantiser implements Quantiser {
    private final DType type;
    private final byte[] block;

    BlockQuantiser(DType type) {
        this.type = type;
        this.block = new byte[type.blockBytes()];
    }

    /**
     * Stores one block.
     *
     * @param block all zero before
     */
    abstract void store(float[] values, int start, byte[] block);

    @Override
    public final void quantise(float[] values, int start, int count, MemorySegment target, long offset) {
        long at = offset;
        for (int i = start; i < start + count; i += type.blockSize()) {
            Arrays.fill(block, (byte) 0);
            store(values, i, block);
            MemorySegment.copy(MemorySegment.ofArray(block), 0, target, at, block.length);
            at += block.length;
        }
    }
}
