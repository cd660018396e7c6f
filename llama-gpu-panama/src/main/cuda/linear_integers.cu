// SPDX-License-Identifier: Apache-2.0
// Products with packed weights. Grid (rows / 4, tokens / T), block 128.
#include "integer_product.cuh"

#define LINEAR_SCALED(name, Packed, Quants, T, blocks)                                                           \
    KERNEL(PRODUCT_THREADS, blocks)                                                                              \
    void name(                                                                                                   \
        const Quants* quants, const uint16_t* scales, const int8_t* xq, const float* xs, const int* count,       \
        float* out, int rows, int cols, int add) {                                                               \
        linear_integers<Packed, T>(                                                                              \
            {quants, scales}, {xq, xs, nullptr}, count, out, rows, cols, add, blockIdx.x);                       \
    }                                                                                                            \
    KERNEL_EXPORT(name)

#define LINEAR_Q4_K(name, T, blocks)                                                                             \
    KERNEL(PRODUCT_THREADS, blocks)                                                                              \
    void name(                                                                                                   \
        const uint8_t* quants, const uint8_t* mults, const uint16_t* supers, const int8_t* xq, const float* xs,  \
        const float* xsum, const int* count, float* out, int rows, int cols, int add) {                          \
        linear_integers<Q4_K, T>({quants, mults, supers}, {xq, xs, xsum}, count, out, rows, cols, add, blockIdx.x);          \
    }                                                                                                            \
    KERNEL_EXPORT(name)

#define LINEAR_Q6_K(name, T, blocks)                                                                             \
    KERNEL(PRODUCT_THREADS, blocks)                                                                              \
    void name(                                                                                                   \
        const int8_t* quants, const int8_t* mults, const uint16_t* supers, const int8_t* xq, const float* xs,    \
        const int* count, float* out, int rows, int cols, int add) {                                             \
        linear_integers<Q6_K, T>({quants, mults, supers}, {xq, xs, nullptr}, count, out, rows, cols, add, blockIdx.x);       \
    }                                                                                                            \
    KERNEL_EXPORT(name)

LINEAR_SCALED(linear_q8_0_t1, Q8_0, int8_t, 1, 5);
LINEAR_SCALED(linear_q8_0_t8, Q8_0, int8_t, 8, 4);
LINEAR_SCALED(linear_q4_0_t1, Q4_0, uint8_t, 1, 6);
LINEAR_SCALED(linear_q4_0_t8, Q4_0, uint8_t, 8, 4);
LINEAR_Q4_K(linear_q4_k_t1, 1, 6);
LINEAR_Q4_K(linear_q4_k_t8, 8, 2);
LINEAR_Q6_K(linear_q6_k_t1, 1, 6);
LINEAR_Q6_K(linear_q6_k_t8, 8, 4);
