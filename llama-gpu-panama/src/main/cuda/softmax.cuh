// SPDX-License-Identifier: Apache-2.0
// Parts of a softmax, over some of the positions each (arXiv 2205.14135): numbers {result of head_dim, maximum, sum}, where the result is
// the sum of e^(score - maximum) times a value, and the sum that of e^(score - maximum). A part of nothing has -inf, 0 and zeros.
#pragma once

#include "kdev.cuh"

// What numbers relative to `max` are multiplied by to be relative to a maximum that is no smaller.
DEVICE float rescale(float max, float larger) { return max == larger ? 1.0f : dexp(max - larger); }

// `count` parts of a head, `stride` floats apart.
struct Parts {
    const float* first;
    int count, stride, head_dim;

    DEVICE const float* at(int i) const { return first + static_cast<long long>(i) * stride; }
    DEVICE float max(int i) const { return at(i)[head_dim]; }

    DEVICE float max() const {
        float largest = -INFINITY;
        for (int i = 0; i < count; i++) largest = fmaxf(largest, max(i));
        return largest;
    }

    // The sum over all parts of a number of each times its factor. Eight are fetched at once.
    DEVICE float joined(int number, const float* factors) const {
        constexpr int BATCH = 8;
        float all = 0;
        for (int i = 0; i < count; i += BATCH) {
            float numbers[BATCH];
            UNROLL
            for (int j = 0; j < BATCH; j++) numbers[j] = i + j < count ? at(i + j)[number] : 0.0f;
            UNROLL
            for (int j = 0; j < BATCH; j++) all = fmaf(i + j < count ? factors[i + j] : 0.0f, numbers[j], all);
        }
        return all;
    }
};
