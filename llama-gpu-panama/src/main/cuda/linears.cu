// SPDX-License-Identifier: Apache-2.0
// Products of one token with two or three matrices in one launch, to the bits of those one by one. Grid (the sum of rows / 4), block 128.
#include "float_product.cuh"
#include "integer_product.cuh"
#include "matrices.cuh"

template <class Packed>
DEVICE void linears_integers(
    const Matrix<Packed>& first,
    const Matrix<Packed>& second,
    const Matrix<Packed>& third,
    const Rounded& x,
    const int* count,
    int cols) {
    of_one(first, second, third, PRODUCT_ROWS, blockIdx.x, [=](const Matrix<Packed>& m, int block) {
        linear_integers<Packed, 1>(m.operand, x, count, m.out, m.rows, cols, 0, block);
    });
}

#define LINEARS_TWO_PARTS(name, Packed, Quants, blocks)                                                        \
    KERNEL(PRODUCT_THREADS, blocks)                                                                            \
    void name(                                                                                                 \
        const Quants* quants0, const uint16_t* scales0, float* out0, int rows0, const Quants* quants1,         \
        const uint16_t* scales1, float* out1, int rows1, const Quants* quants2, const uint16_t* scales2,       \
        float* out2, int rows2, const int8_t* xq, const float* xs, const float* xsum, const int* count,        \
        int cols) {                                                                                            \
        linears_integers<Packed>(                                                                              \
            {{quants0, scales0}, out0, rows0}, {{quants1, scales1}, out1, rows1},                              \
            {{quants2, scales2}, out2, rows2}, {xq, xs, xsum}, count, cols);                                   \
    }                                                                                                          \
    KERNEL_EXPORT(name)

#define LINEARS_THREE_PARTS(name, Packed, Quants, blocks)                                                      \
    KERNEL(PRODUCT_THREADS, blocks)                                                                            \
    void name(                                                                                                 \
        const Quants* quants0, const Quants* mults0, const uint16_t* supers0, float* out0, int rows0,          \
        const Quants* quants1, const Quants* mults1, const uint16_t* supers1, float* out1, int rows1,          \
        const Quants* quants2, const Quants* mults2, const uint16_t* supers2, float* out2, int rows2,          \
        const int8_t* xq, const float* xs, const float* xsum, const int* count, int cols) {                    \
        linears_integers<Packed>(                                                                              \
            {{quants0, mults0, supers0}, out0, rows0}, {{quants1, mults1, supers1}, out1, rows1},              \
            {{quants2, mults2, supers2}, out2, rows2}, {xq, xs, xsum}, count, cols);                           \
    }                                                                                                          \
    KERNEL_EXPORT(name)

LINEARS_TWO_PARTS(linears_q8_0_t1, Q8_0, int8_t, 5);
LINEARS_TWO_PARTS(linears_q4_0_t1, Q4_0, uint8_t, 6);
LINEARS_THREE_PARTS(linears_q4_k_t1, Q4_K, uint8_t, 6);
LINEARS_THREE_PARTS(linears_q6_k_t1, Q6_K, int8_t, 6);

#define LINEARS_FLOATS(name, Row, blocks)                                                                      \
    KERNEL(PRODUCT_THREADS, blocks)                                                                            \
    void name(                                                                                                 \
        const Row::Element* w0, float* out0, int rows0, const Row::Element* w1, float* out1, int rows1,        \
        const Row::Element* w2, float* out2, int rows2, const float* x, const int* count, int cols,            \
        int stride) {                                                                                          \
        using Floats = Matrix<const Row::Element*>;                                                            \
        of_one(Floats{w0, out0, rows0}, Floats{w1, out1, rows1}, Floats{w2, out2, rows2}, PRODUCT_ROWS,        \
               blockIdx.x, [=](const Floats& m, int block) {                                                   \
                   linear_floats<Row, 1>(m.operand, x, count, m.out, m.rows, cols, stride, 0, block);          \
               });                                                                                             \
    }                                                                                                          \
    KERNEL_EXPORT(name)

LINEARS_FLOATS(linears_f32_t1, F32Row, 3);
LINEARS_FLOATS(linears_f16_t1, F16Row, 6);
LINEARS_FLOATS(linears_bf16_t1, BF16Row, 6);
