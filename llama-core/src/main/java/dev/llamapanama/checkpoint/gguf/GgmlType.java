// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.tensor.DType;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every type of ggml.h by the id that tensors carry. Those for which there is a {@link DType} of the same name can be
 * used; the others are known so that an error can name them. Ids 4, 5, 31 to 33 and 36 to 38 are retired.
 */
enum GgmlType {
    F32(0),
    F16(1),
    Q4_0(2),
    Q4_1(3),
    Q5_0(6),
    Q5_1(7),
    Q8_0(8),
    Q8_1(9),
    Q2_K(10),
    Q3_K(11),
    Q4_K(12),
    Q5_K(13),
    Q6_K(14),
    Q8_K(15),
    IQ2_XXS(16),
    IQ2_XS(17),
    IQ3_XXS(18),
    IQ1_S(19),
    IQ4_NL(20),
    IQ3_S(21),
    IQ2_S(22),
    IQ4_XS(23),
    I8(24),
    I16(25),
    I32(26),
    I64(27),
    F64(28),
    IQ1_M(29),
    BF16(30),
    TQ1_0(34),
    TQ2_0(35),
    MXFP4(39),
    NVFP4(40),
    Q1_0(41),
    Q2_0(42);

    private static final Map<Integer, GgmlType> BY_ID =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(type -> type.id, Function.identity()));
    private static final Map<String, DType> SUPPORTED =
            Arrays.stream(DType.values()).collect(Collectors.toUnmodifiableMap(DType::name, Function.identity()));

    private final int id;

    GgmlType(int id) {
        this.id = id;
    }

    static @Nullable GgmlType of(int id) {
        return BY_ID.get(id);
    }

    int id() {
        return id;
    }

    /** The same type of this engine, or null where it has none. */
    @Nullable
    DType dtype() {
        return SUPPORTED.get(name());
    }
}
