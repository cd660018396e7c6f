// SPDX-License-Identifier: Apache-2.0
// Activations rounded to blocks of 32 integers and a scale, as the CPU rounds them for products with integers: eight lanes have a block,
// four neighbours each.
#pragma once

#include "four.cuh"

#define BLOCK_LANES 8

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

DEVICE float largest_of_block(const Four& four) {
    int largest = 0;
    UNROLL
    for (int i = 0; i < 4; i++) largest = magnitude_bits(four.v[i]) > largest ? magnitude_bits(four.v[i]) : largest;
    UNROLL
    for (int mask = BLOCK_LANES / 2; mask > 0; mask /= 2) {
        const int other = shfl_xor(largest, mask);
        largest = other > largest ? other : largest;
    }
    return bits_to_f32(static_cast<uint32_t>(largest));
}

// Rounds what is at `at`, a multiple of four, of all rows. All lanes of a warp must come here, those that are outside with zeros.
DEVICE void round_four(const Four& four, long long at, bool inside, const RoundedRows& to) {
    const BlockScale block = BlockScale::of(largest_of_block(four));
    uint32_t packed = 0;
    int sum = 0;
    UNROLL
    for (int i = 0; i < 4; i++) {
        const int quant = block.round(four.v[i]);
        packed |= (static_cast<uint32_t>(quant) & 0xffu) << (8 * i);
        sum += quant;
    }
    UNROLL
    for (int mask = BLOCK_LANES / 2; mask > 0; mask /= 2) sum += shfl_xor(sum, mask);
    if (!inside) return;
    *reinterpret_cast<uint32_t*>(to.quants + at) = packed;
    if (threadIdx.x % BLOCK_LANES == 0) {
        to.scales[at / 32] = block.scale;
        to.sums[at / 32] = block.scale * sum;
    }
}
