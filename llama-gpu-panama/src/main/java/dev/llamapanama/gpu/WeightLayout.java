// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Numerics;
import dev.llamapanama.tensor.Shape;

/**
 * What becomes of weights of a type on the device.
 *
 * @param format what the kernels read
 * @param repacker how it is made of what is stored
 */
record WeightLayout(DeviceFormat format, RowRepacker repacker) {

    /** The usual one: the stored numbers themselves where there are kernels for them, or else floats for vectors and halves for matrices. */
    static WeightLayout of(DType type, Shape shape) {
        if (shape.rows() == 1) {
            return floats(type);
        }
        return switch (type) {
            case F16 -> new WeightLayout(DeviceFormat.F16, new HalfRows(type));
            case BF16 -> new WeightLayout(DeviceFormat.BF16, new HalfRows(type));
            case Q8_0 -> new WeightLayout(DeviceFormat.Q8_0, BlockRows.Q8_0);
            case Q4_0 -> new WeightLayout(DeviceFormat.Q4_0, BlockRows.Q4_0);
            case Q4_K -> new WeightLayout(DeviceFormat.Q4_K, BlockRows.Q4_K);
            case Q6_K -> new WeightLayout(DeviceFormat.Q6_K, BlockRows.Q6_K);
            case F32, F64, I8, I16, I32, I64 -> floats(type);
            case Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q5_K, IQ4_NL, IQ4_XS -> halves(type);
            case IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ1_S, IQ1_M -> halves(type);
            case TQ1_0, TQ2_0, MXFP4, NVFP4, Q1_0, Q2_0, Q8_K -> halves(type);
        };
    }

    /** Floats, which hold any stored number. */
    static WeightLayout floats(DType type) {
        return new WeightLayout(DeviceFormat.F32, type == DType.F32 ? PlainRows.FLOATS : DecodedRows.toFloats(type));
    }

    private static WeightLayout halves(DType type) {
        return new WeightLayout(DeviceFormat.F16, DecodedRows.toHalves(type));
    }

    /** How products with matrices of a type are rounded: those of blocks that have kernels in integers, all others in floats. */
    static Numerics numerics(DType type) {
        return switch (type) {
            case Q8_0, Q4_0, Q4_K, Q6_K -> Numerics.INTEGERS;
            default -> Numerics.F32;
        };
    }

    /** Whether what is on the device is about what was stored; known when all of it was repacked. */
    boolean isFit() {
        return !(repacker instanceof DecodedRows decoded) || format == DeviceFormat.F32 || decoded.fitHalves();
    }

    /** Whether tensor cores can multiply what is on the device; known when all of it was repacked. */
    boolean isForTensorCores() {
        return format != DeviceFormat.F32 && (!(repacker instanceof HalfRows rows) || rows.fitTensorCores());
    }
}
