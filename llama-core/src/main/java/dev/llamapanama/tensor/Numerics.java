// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/**
 * How a matrix product is rounded: part of the contract, the same on every backend, so that two backends differ by the
 * order of their sums only. Norms, rotations, softmax and logits are always computed in F32.
 *
 * @param activation what the left operand is rounded to before it is multiplied
 * @param accumulation what products are summed in
 */
public record Numerics(Activation activation, Accumulation accumulation) {

    /** Weights decoded exactly to F32, activations left alone, sums in F32. */
    public static final Numerics F32 = new Numerics(Activation.F32, Accumulation.F32);

    /** Operand formats. */
    public enum Activation {
        /** Not rounded. */
        F32,
        /** Rounded to bfloat16, to nearest even. */
        BF16,
        /** Blocks of 32: scale {@code max|x| / 127} in F32, integers rounded half to even. */
        Q8_BLOCK32
    }

    /** Sum formats. */
    public enum Accumulation {
        /** IEEE 754 binary32. */
        F32,
        /** Exact integers within a block, F32 between blocks. */
        I32_BLOCKS
    }
}
