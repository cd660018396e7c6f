// SPDX-License-Identifier: Apache-2.0
// Products with weights of floats. Grid (rows / 4, tokens / T), block 128.
#include "float_product.cuh"

#define LINEAR_FLOATS(name, Row, T, blocks)                                                                      \
    KERNEL(PRODUCT_THREADS, blocks)                                                                              \
    void name(                                                                                                   \
        const Row::Element* w,                                                                                   \
        const float* x,                                                                                          \
        const int* count,                                                                                        \
        float* out,                                                                                              \
        int rows,                                                                                                \
        int cols,                                                                                                \
        int stride,                                                                                              \
        int add) {                                                                                               \
        linear_floats<Row, T>(w, x, count, out, rows, cols, stride, add, blockIdx.x);                                        \
    }                                                                                                            \
    KERNEL_EXPORT(name)

LINEAR_FLOATS(linear_f32_t1, F32Row, 1, 4);
LINEAR_FLOATS(linear_f32_t8, F32Row, 8, 4);
LINEAR_FLOATS(linear_f16_t1, F16Row, 1, 6);
LINEAR_FLOATS(linear_f16_t8, F16Row, 8, 3);
LINEAR_FLOATS(linear_bf16_t1, BF16Row, 1, 6);
LINEAR_FLOATS(linear_bf16_t8, BF16Row, 8, 3);
