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

// Sums N values (a power of two, at most 32) over the lanes of a warp, with N - 1 + 5 - log2(N) exchanges instead of 5 N.
// Lane l gets the sum of value l / (32 / N). The tree of each sum is that of warp_sum, whatever N is.
template <int N>
DEVICE float warp_sums(float (&v)[N]) {
    const int lane = lane_index();
    int mask = LANES / 2;
    UNROLL
    for (int half = N / 2; half > 0; half /= 2, mask /= 2) {
        const bool upper = (lane & mask) != 0;
        UNROLL
        for (int i = 0; i < half; i++) {
            const float kept = upper ? v[i + half] : v[i];
            v[i] = kept + shfl_xor(upper ? v[i] : v[i + half], mask);
        }
    }
    UNROLL
    for (; mask > 0; mask /= 2) v[0] += shfl_xor(v[0], mask);
    return v[0];
}
