// SPDX-License-Identifier: Apache-2.0
// Sums of what the threads of a block hold.
#pragma once

#include "kdev.cuh"

#define LANES 32

DEVICE int lane_index() { return threadIdx.x % LANES; }
DEVICE int warp_index() { return threadIdx.x / LANES; }

// The sum over a block of whole warps, at most 32, in all of its threads. Every thread must come here.
// `parts` is shared memory of 32 floats that nothing else uses between this barrier and the next.
DEVICE float block_sum(float v, float* parts) {
    v = warp_sum(v);
    if (lane_index() == 0) parts[warp_index()] = v;
    block_sync();
    const int warps = blockDim.x / LANES;
    return warp_sum(lane_index() < warps ? parts[lane_index()] : 0.0f);
}

// Sums N values (a power of two) over lanes that differ in the bits of 2 MASK - 1: halves the values that a lane holds, and doubles the
// lanes whose values they sum, until one value is left, which all of them get. What a lane keeps is of the upper half if its bit is set.
template <int N, int MASK>
DEVICE void fold(float* v) {
    if constexpr (N > 1 && MASK > 0) {
        const bool upper = (lane_index() & MASK) != 0;
        UNROLL
        for (int i = 0; i < N / 2; i++) {
            const float kept = upper ? v[i + N / 2] : v[i];
            v[i] = kept + shfl_xor(upper ? v[i] : v[i + N / 2], MASK);
        }
        fold<N / 2, MASK / 2>(v);
    } else if constexpr (MASK > 0) {
        v[0] += shfl_xor(v[0], MASK);
        fold<1, MASK / 2>(v);
    }
}

// Sums N values (a power of two, at most 32) over the lanes of a warp, with N - 1 + 5 - log2(N) exchanges instead of 5 N.
// Lane l gets the sum of value l / (32 / N). The tree of each sum is that of warp_sum, whatever N is.
template <int N>
DEVICE float warp_sums(float (&v)[N]) {
    fold<N, LANES / 2>(v);
    return v[0];
}
