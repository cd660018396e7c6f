// SPDX-License-Identifier: Apache-2.0
// Splits activations for products with weights of 16 bits: each is its row's scale, a power of two, times the sum of two numbers of 16 bits,
// 22 bits in all of halves, 17 of bfloats. Grid (rows), block 256; width % 4 == 0.
#include "four.cuh"
#include "halves.cuh"
#include "reduce.cuh"
#include "rounding.cuh"
#include "row_scale.cuh"

#define SPLIT_THREADS 256

// Over the block, in all of its threads.
DEVICE int block_largest(int v) {
    SHARED(int, parts, SPLIT_THREADS / LANES);
    UNROLL
    for (int mask = LANES / 2; mask > 0; mask /= 2) {
        const int other = shfl_xor(v, mask);
        v = other > v ? other : v;
    }
    if (lane_index() == 0) parts[warp_index()] = v;
    block_sync();
    UNROLL
    for (int warp = 0; warp < SPLIT_THREADS / LANES; warp++) v = parts[warp] > v ? parts[warp] : v;
    return v;
}

template <class Pairs>
DEVICE void split(const float* x, const int* count, uint16_t* upper, uint16_t* lower, float* scales, int width) {
    const int row = blockIdx.x;
    if (row >= *count) return;
    const long long begin = static_cast<long long>(row) * width;
    int largest = 0;
    for (int c = threadIdx.x * 4; c < width; c += SPLIT_THREADS * 4) {
        const Four four = Four::load(x + begin + c);
        UNROLL
        for (int i = 0; i < 4; i++) largest = magnitude_bits(four.v[i]) > largest ? magnitude_bits(four.v[i]) : largest;
    }
    const RowScale scale = RowScale::of(block_largest(largest));
    if (threadIdx.x == 0) scales[row] = scale.scale;
    for (int c = threadIdx.x * 4; c < width; c += SPLIT_THREADS * 4) {
        const Four four = Four::load(x + begin + c);
        UNROLL
        for (int i = 0; i < 4; i++) {
            const float scaled = scale.inverse == 0 ? 0 : four.v[i] * scale.inverse;
            const uint16_t first = Pairs::encode(scaled);
            upper[begin + c + i] = first;
            lower[begin + c + i] = Pairs::encode(scaled - Pairs::decode(first));
        }
    }
}

KERNEL(SPLIT_THREADS)
void split_f16(const float* x, const int* count, uint16_t* upper, uint16_t* lower, float* scales, int width) {
    split<F16Pairs>(x, count, upper, lower, scales, width);
}
KERNEL_EXPORT(split_f16);

KERNEL(SPLIT_THREADS)
void split_bf16(const float* x, const int* count, uint16_t* upper, uint16_t* lower, float* scales, int width) {
    split<BF16Pairs>(x, count, upper, lower, scales, width);
}
KERNEL_EXPORT(split_bf16);
