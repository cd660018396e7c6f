// SPDX-License-Identifier: Apache-2.0
// Rows of an embedding table, decoded to floats exactly as the CPU decodes them. Grid (rows), block 256.
#include "kdev.cuh"

#define EMBED_THREADS 256

// x[row][c] = element(id of the row, c)
template <class Element>
DEVICE void embed(const int* ids, const int* count, float* x, int cols, Element element) {
    const int row = blockIdx.x;
    grid_launch();
    grid_wait();
    if (row >= *count) return;
    const long long id = ids[row];
    float* to = x + static_cast<long long>(row) * cols;
    for (int c = threadIdx.x; c < cols; c += EMBED_THREADS) to[c] = element(id, c);
}

// The four bits of an element: of 32, the first 16 are lower halves of bytes, the others upper ones.
DEVICE int nibble(const uint8_t* quants, long long row, int cols, int c) {
    const int byte = quants[row * (cols / 2) + c / 32 * 16 + c % 16];
    return c % 32 < 16 ? byte & 15 : byte >> 4;
}

KERNEL(EMBED_THREADS)
void embed_f32(const int* ids, const int* count, const float* table, float* x, int cols, int stride) {
    embed(ids, count, x, cols, [=](long long row, int c) { return table[row * stride + c]; });
}
KERNEL_EXPORT(embed_f32);

KERNEL(EMBED_THREADS)
void embed_f16(const int* ids, const int* count, const uint16_t* table, float* x, int cols, int stride) {
    embed(ids, count, x, cols, [=](long long row, int c) { return f16_to_f32(table[row * stride + c]); });
}
KERNEL_EXPORT(embed_f16);

KERNEL(EMBED_THREADS)
void embed_bf16(const int* ids, const int* count, const uint16_t* table, float* x, int cols, int stride) {
    embed(ids, count, x, cols, [=](long long row, int c) { return bf16_to_f32(table[row * stride + c]); });
}
KERNEL_EXPORT(embed_bf16);

KERNEL(EMBED_THREADS)
void embed_q8_0(
    const int* ids, const int* count, const int8_t* quants, const uint16_t* scales, float* x, int cols) {
    embed(ids, count, x, cols, [=](long long row, int c) {
        return f16_to_f32(scales[row * (cols / 32) + c / 32]) * quants[row * cols + c];
    });
}
KERNEL_EXPORT(embed_q8_0);

KERNEL(EMBED_THREADS)
void embed_q4_0(
    const int* ids, const int* count, const uint8_t* quants, const uint16_t* scales, float* x, int cols) {
    embed(ids, count, x, cols, [=](long long row, int c) {
        return f16_to_f32(scales[row * (cols / 32) + c / 32]) * (nibble(quants, row, cols, c) - 8);
    });
}
KERNEL_EXPORT(embed_q4_0);

// Both products are exact in F32 (11 + 6 + 4 and 11 + 6 bits), so that only the difference is rounded.
KERNEL(EMBED_THREADS)
void embed_q4_k(
    const int* ids,
    const int* count,
    const uint8_t* quants,
    const uint8_t* mults,
    const uint16_t* supers,
    float* x,
    int cols) {
    embed(ids, count, x, cols, [=](long long row, int c) {
        const uint16_t* super = supers + (row * (cols / 256) + c / 256) * 2;
        const uint8_t* mult = mults + (row * (cols / 32) + c / 32) * 2;
        const float least = f16_to_f32(super[1]) * mult[1];
        return f16_to_f32(super[0]) * mult[0] * nibble(quants, row, cols, c) - least;
    });
}
KERNEL_EXPORT(embed_q4_k);

KERNEL(EMBED_THREADS)
void embed_q6_k(
    const int* ids,
    const int* count,
    const int8_t* quants,
    const int8_t* mults,
    const uint16_t* supers,
    float* x,
    int cols) {
    embed(ids, count, x, cols, [=](long long row, int c) {
        const float scale = f16_to_f32(supers[row * (cols / 256) + c / 256]) * mults[row * (cols / 16) + c / 16];
        return scale * quants[row * cols + c];
    });
}
KERNEL_EXPORT(embed_q6_k);
