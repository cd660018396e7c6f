// SPDX-License-Identifier: Apache-2.0
// Sums of a softmax over a part of the positions (arXiv 2205.14135), which can be joined with those over other parts.
#pragma once

#include "head_lanes.cuh"

// What numbers relative to `max` are multiplied by to be relative to a maximum that is no smaller; of nothing yet, both are -inf.
DEVICE float rescale(float max, float larger) { return max == larger ? 1.0f : dexp(max - larger); }

// Of one query: the largest score, the sum of e^(score - max), and a lane's elements of the sum of values weighted so.
struct Softmax {
    float max, sum;
    float result[EACH];

    DEVICE static Softmax empty() { return {-INFINITY, 0.0f, {}}; }

    DEVICE void raise(float larger) {
        const float factor = rescale(max, larger);
        max = larger;
        sum *= factor;
        UNROLL
        for (int i = 0; i < EACH; i++) result[i] *= factor;
    }

    DEVICE void add(float weight, const float (&value)[EACH]) {
        sum += weight;
        UNROLL
        for (int i = 0; i < EACH; i++) result[i] = fmaf(weight, value[i], result[i]);
    }

    // Joins those of lanes that are `mask` apart, which then have the same.
    DEVICE void join(int mask) {
        const float larger = fmaxf(max, shfl_xor(max, mask));
        raise(larger);
        sum += shfl_xor(sum, mask);
        UNROLL
        for (int i = 0; i < EACH; i++) result[i] += shfl_xor(result[i], mask);
    }
};
