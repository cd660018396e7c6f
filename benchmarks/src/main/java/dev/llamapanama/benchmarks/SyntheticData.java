// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Random contents of the right form, the same in each run. No kernel's speed depends on values, but all must be finite numbers. */
final class SyntheticData {
    /** Memory that a file map would give is aligned to pages; vectors need no more than this. */
    private static final long ALIGNMENT = 64;

    private SyntheticData() {}

    /**
     * Stored weights of any type, those to come included. Scales lie anywhere in a block, so that no byte may hold the bit that makes
     * two of them an infinite binary16. Plain numbers get the exponent of 0.5 to 2, since subnormal ones would be slow.
     */
    static MemorySegment weights(DType type, long elements, SegmentAllocator memory) {
        MemorySegment stored = memory.allocate(type.bytes(elements), ALIGNMENT);
        SplittableRandom random = new SplittableRandom(1);
        boolean plain = type.blockSize() == 1;
        for (long i = 0; i < stored.byteSize(); i++) {
            int bits = random.nextInt() & 0xBF;
            boolean highest = plain && (i + 1) % type.blockBytes() == 0;
            stored.set(ValueLayout.JAVA_BYTE, i, (byte) (highest ? bits | 0x3F : bits));
        }
        return stored;
    }

    /** A copy elsewhere in memory. */
    static MemorySegment copy(MemorySegment stored, SegmentAllocator memory) {
        return memory.allocate(stored.byteSize(), ALIGNMENT).copyFrom(stored);
    }

    /** Numbers from −1 to 1. */
    static float[] activations(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }
}
