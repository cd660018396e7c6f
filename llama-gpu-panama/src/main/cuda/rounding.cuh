// SPDX-License-Identifier: Apache-2.0
// Activations rounded to blocks of 32 integers and a scale, as the CPU rounds them for products with integers: lanes of a warp have a block,
// each of them N neighbours.
#pragma once

#include "four.cuh"

#define BLOCK_SIZE 32

// Where they go: integers [row][width], scales and sums [row][width / 32]; a sum is the scale times the sum of the block's integers.
struct RoundedRows {
    int8_t* quants;
    float* scales;
    float* sums;
};

// A block whose largest is at most 2^-100 is zero: its inverse might not be finite. One that isn't finite gets NaN for a scale.
struct BlockScale {
    float inverse, scale;
    bool finite;

    DEVICE static BlockScale of(float largest) {
        const bool finite = largest < INFINITY;
        if (largest <= 0x1p-100f) return {0.0f, 0.0f, true};
        return {127.0f / largest, finite ? largest / 127.0f : NAN, finite};
    }

    DEVICE int round(float v) const { return finite ? static_cast<int>(rintf(v * inverse)) : 0; }
};

// The bits of magnitudes have the order of the numbers, with NaN above all.
DEVICE int magnitude_bits(float v) { return static_cast<int>(f32_to_bits(v) & 0x7fffffffu); }

template <int N>
DEVICE float largest_of_block(const float (&v)[N]) {
    int largest = 0;
    UNROLL
    for (int i = 0; i < N; i++) largest = magnitude_bits(v[i]) > largest ? magnitude_bits(v[i]) : largest;
    UNROLL
    for (int mask = BLOCK_SIZE / N / 2; mask > 0; mask /= 2) {
        const int other = shfl_xor(largest, mask);
        largest = other > largest ? other : largest;
    }
    return bits_to_f32(static_cast<uint32_t>(largest));
}

DEVICE void store_quants(const int (&quants)[1], int8_t* to) { *to = static_cast<int8_t>(quants[0]); }

DEVICE void store_quants(const int (&quants)[4], int8_t* to) {
    uint32_t packed = 0;
    UNROLL
    for (int i = 0; i < 4; i++) packed |= (static_cast<uint32_t>(quants[i]) & 0xffu) << (8 * i);
    *reinterpret_cast<uint32_t*>(to) = packed;
}

// Rounds what is at `at`, a multiple of N, of all rows. All lanes of a warp must come here, those that are outside with zeros.
template <int N>
DEVICE void round_block(const float (&v)[N], long long at, bool inside, const RoundedRows& to) {
    const BlockScale block = BlockScale::of(largest_of_block(v));
    int quants[N];
    int sum = 0;
    UNROLL
    for (int i = 0; i < N; i++) {
        quants[i] = block.round(v[i]);
        sum += quants[i];
    }
    UNROLL
    for (int mask = BLOCK_SIZE / N / 2; mask > 0; mask /= 2) sum += shfl_xor(sum, mask);
    if (!inside) return;
    store_quants(quants, to.quants + at);
    if (threadIdx.x % (BLOCK_SIZE / N) == 0) {
        to.scales[at / BLOCK_SIZE] = block.scale;
        to.sums[at / BLOCK_SIZE] = block.scale * sum;
    }
}
