// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;

/** Decodes stored blocks to floats: the definition of a {@link DType}, and the oracle of its kernels. */
@FunctionalInterface
interface BlockDecoder {
    void decode(MemorySegment source, long offset, float[] target, int start, int count);
}
