// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * Stores numbers as a {@link DType}: the inverse of its decoder, with as small a sum of squared errors as its search finds. Not safe
 * for several threads at once: each takes one of its own.
 */
@FunctionalInterface
public interface Quantiser {
    /**
     * Stores whole blocks. Numbers that are not finite, or too large for the type, give blocks that don't decode to finite numbers or
     * not to these: whoever decodes them again finds an error that isn't finite.
     *
     * @param values numbers, of which {@code count} from {@code start} are stored
     * @param count a multiple of the block size
     * @param target takes the blocks from {@code offset}, in bytes
     */
    void quantise(float[] values, int start, int count, MemorySegment target, long offset);

    /**
     * A quantiser of the type.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Quantiser of(DType type) {
        return switch (type) {
            case F32 -> PlainQuantisers::f32;
            case F16 -> PlainQuantisers::f16;
            case BF16 -> PlainQuantisers::bf16;
            case Q8_0 -> new Q8_0Quantiser();
            case Q4_0 -> new Q4_0Quantiser();
            case Q4_1 -> new Q4_1Quantiser();
            case Q5_0 -> new Q5_0Quantiser();
            case Q5_1 -> new Q5_1Quantiser();
            case Q2_K -> new Q2_KQuantiser();
            case Q3_K -> new Q3_KQuantiser();
            case Q4_K -> new Q4_KQuantiser();
            case Q5_K -> new Q5_KQuantiser();
            case Q6_K -> new Q6_KQuantiser();
            case IQ4_NL -> new IQ4_NLQuantiser();
            case IQ4_XS -> new IQ4_XSQuantiser();
            default ->
                throw new IllegalArgumentException(
                        "type: found " + type + ", which models are read in and not stored as");
        };
    }
}
