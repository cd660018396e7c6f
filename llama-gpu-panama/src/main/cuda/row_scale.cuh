// SPDX-License-Identifier: Apache-2.0
// Rows of floats as numbers of 16 bits.
#pragma once

#include "kdev.cuh"

// The largest of a row becomes 2^10 or more, below 2^11: the squares of halves stay far from the largest, and small ones from zero.
// A row whose largest is below 2^-100 is zero; one that isn't finite gets NaN for a scale.
struct RowScale {
    float inverse, scale;

    DEVICE static RowScale of(int largest_bits) {
        const int exponent = largest_bits >> 23;
        if (exponent == 0xff) return {0.0f, NAN};
        if (exponent < 27) return {0.0f, 1.0f};
        return {
            bits_to_f32(static_cast<uint32_t>(264 - exponent) << 23),
            bits_to_f32(static_cast<uint32_t>(exponent - 10) << 23)};
    }
};
