// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.tensor.DType;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every element type of safetensors ({@code Dtype} of safetensors/src/tensor.rs), whether a weight may have it or not. */
enum SafetensorsType {
    BOOL(8),
    U8(8),
    I8(8),
    F8_E5M2(8),
    F8_E4M3(8),
    F8_E8M0(8),
    F8_E4M3FNUZ(8),
    F8_E5M2FNUZ(8),
    I16(16),
    U16(16),
    F16(16, DType.F16),
    BF16(16, DType.BF16),
    I32(32),
    U32(32),
    F32(32, DType.F32),
    I64(64),
    U64(64),
    F64(64),
    C64(64),
    F4(4),
    F6_E2M3(6),
    F6_E3M2(6);

    private static final Map<String, SafetensorsType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(SafetensorsType::name, Function.identity()));

    private final int bits;
    private final @Nullable DType dtype;

    SafetensorsType(int bits) {
        this(bits, null);
    }

    SafetensorsType(int bits, @Nullable DType dtype) {
        this.bits = bits;
        this.dtype = dtype;
    }

    static @Nullable SafetensorsType of(String name) {
        return BY_NAME.get(name);
    }

    /** The same type of this engine, or null where it has none. */
    @Nullable
    DType dtype() {
        return dtype;
    }

    /**
     * Bytes of so many elements.
     *
     * @throws ArithmeticException if they overflow or don't fill whole bytes
     */
    long bytes(long elements) {
        long all = Math.multiplyExact(elements, (long) bits);
        if (all % Byte.SIZE != 0) {
            throw new ArithmeticException(all + " bits");
        }
        return all / Byte.SIZE;
    }
}
