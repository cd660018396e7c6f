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

    /** Integers of weights times integers of activations, exactly; F32 only between blocks. */
    public static final Numerics INTEGERS = new Numerics(Activation.Q8_BLOCK32, Accumulation.I32_BLOCKS);

    /** Operand formats. */
    public enum Activation {
        /** Not rounded. */
        F32,
        /**
         * Blocks of 32 integers, {@code x · (127 / max|x|)} in F32 rounded half to even, and their scale {@code max|x| / 127} in F32. A block whose
         * largest is no larger than 2^−100 is zero; one that isn't finite is NaN.
         */
        Q8_BLOCK32
    }

    /** Sum formats. */
    public enum Accumulation {
        /** IEEE 754 binary32. */
        F32,
        /** Exact integers within a block, F32 between blocks. */
        I32_BLOCKS
    }

    /** How products with weights of a type are rounded. */
    public static Numerics of(DType weights) {
        return switch (weights) {
            case F32, F16, BF16, F64, I8, I16, I32, I64 -> F32;
            // No packed kernels: their numbers are decoded to floats.
            case IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ1_S, IQ1_M -> F32;
            case TQ1_0, TQ2_0, MXFP4, NVFP4, Q1_0, Q2_0, Q8_K -> F32;
            case Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS -> INTEGERS;
        };
    }
}
