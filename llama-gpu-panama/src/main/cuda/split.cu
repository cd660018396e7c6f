// SPDX-License-Identifier: Apache-2.0
// Splits activations for products with weights of 16 bits. Grid (rows), block 256; width % 64 == 0.
// Reads 4 bytes of each twice, the second time from a cache, and writes 4.
#include "activation_tiles.cuh"
#include "four.cuh"
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

// Two halves of two neighbours: the upper ones, then the lower ones.
DEVICE uint2 split_two(float first, float second) {
    const uint16_t upper[2] = {f32_to_f16(first), f32_to_f16(second)};
    const uint16_t lower[2] = {f32_to_f16(first - f16_to_f32(upper[0])), f32_to_f16(second - f16_to_f32(upper[1]))};
    return make_uint2(upper[0] | static_cast<uint32_t>(upper[1]) << 16, lower[0] | static_cast<uint32_t>(lower[1]) << 16);
}

KERNEL(SPLIT_THREADS)
void split_halves(const float* x, const int* count, uint16_t* tiles, float* scales, int width) {
    grid_launch();
    grid_wait();
    const int row = blockIdx.x;
    if (row >= *count) return;
    const float* from = x + static_cast<long long>(row) * width;
    int largest = 0;
    for (int c = threadIdx.x * 4; c < width; c += SPLIT_THREADS * 4) {
        const Four four = Four::load(from + c);
        UNROLL
        for (int i = 0; i < 4; i++) largest = magnitude_bits(four.v[i]) > largest ? magnitude_bits(four.v[i]) : largest;
    }
    const RowScale scale = RowScale::of(block_largest(largest));
    if (threadIdx.x == 0) scales[row] = scale.scale;
    for (int c = threadIdx.x * 4; c < width; c += SPLIT_THREADS * 4) {
        const Four four = Four::load(from + c);
        uint16_t* line = tiles + ActivationTiles::line(row, c, width);
        UNROLL
        for (int i = 0; i < 4; i += 2) {
            const TileColumn at = TileColumn::of(c + i);
            const bool zero = scale.inverse == 0;
            const uint2 halves = split_two(zero ? 0 : four.v[i] * scale.inverse, zero ? 0 : four.v[i + 1] * scale.inverse);
            uint16_t* to = line + exchanged(row, at.piece) * 8 + at.element;
            *reinterpret_cast<uint32_t*>(to) = halves.x;
            *reinterpret_cast<uint32_t*>(to + TILE_PART) = halves.y;
        }
    }
}
KERNEL_EXPORT(split_halves);
