// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/** The 16 levels of IQ4_NL and IQ4_XS, as the decoder has them. */
final class UnevenLevels {
    static final Levels LEVELS = new Levels(decoded());

    private UnevenLevels() {}

    private static int[] decoded() {
        byte[] block = new byte[DType.IQ4_NL.blockBytes()];
        Halves.put(block, 0, 1);
        Packing.nibbles(IntStream.range(0, 32).toArray(), 0, block, 2);
        float[] values = new float[32];
        DType.IQ4_NL.decode(MemorySegment.ofArray(block), 0, values, 0, 32);
        return IntStream.range(0, 16).map(i -> (int) values[i]).toArray();
    }
}
