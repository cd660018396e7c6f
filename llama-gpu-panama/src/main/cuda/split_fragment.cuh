// SPDX-License-Identifier: Apache-2.0
// Floats on tensor cores as sums of two halves, which are multiplied with halves: 22 bits of them.
#pragma once

#include "kdev.cuh"

// A 16 x 16 fragment of numbers of 22 bits.
struct SplitFragment {
    uint32_t upper[4], lower[4];

    // Its i-th pair of neighbours.
    DEVICE void set(int i, float first, float second) {
        upper[i] = float2_to_half2(first, second);
        const float2 kept = half2_to_float2(upper[i]);
        lower[i] = float2_to_half2(first - kept.x, second - kept.y);
    }
};

// Adds the products of a fragment with two neighbouring ones of 8 columns, lower halves first; to other sums than the upper ones', if they differ.
DEVICE void multiply(const SplitFragment& a, const uint32_t (&b)[4], float (&lower)[2][4], float (&upper)[2][4]) {
    const uint32_t columns[2][2] = {{b[0], b[1]}, {b[2], b[3]}};
    UNROLL
    for (int n = 0; n < 2; n++) mma_f16_16816(lower[n], a.lower, columns[n]);
    UNROLL
    for (int n = 0; n < 2; n++) mma_f16_16816(upper[n], a.upper, columns[n]);
}
