// SPDX-License-Identifier: Apache-2.0
// Rotary position embedding (arXiv 2104.09864) of pairs (2 i, 2 i + 1) of each head.
#pragma once

#include "kdev.cuh"

struct Pair {
    float even, odd;
};

// Tables [rows][head_dim / 2].
struct Rotation {
    const float* cosines;
    const float* sines;
    int pairs;

    // `pair` counts those of a row; the table is the same for all heads.
    DEVICE Pair of(const float* x, int row, int pair) const {
        const long long at = static_cast<long long>(row) * pairs + pair % pairs;
        const float cosine = cosines[at];
        const float sine = sines[at];
        const float even = x[2 * pair];
        const float odd = x[2 * pair + 1];
        return {even * cosine - odd * sine, even * sine + odd * cosine};
    }
};
