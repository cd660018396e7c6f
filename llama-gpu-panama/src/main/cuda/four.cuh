// SPDX-License-Identifier: Apache-2.0
// Four neighbouring floats of a row, at a multiple of 16 bytes, as one access.
#pragma once

#include "kdev.cuh"

struct Four {
    float v[4];

    DEVICE static Four zero() { return {}; }

    DEVICE static Four load(const float* from) {
        const uint4 bits = ld128(from);
        return {bits_to_f32(bits.x), bits_to_f32(bits.y), bits_to_f32(bits.z), bits_to_f32(bits.w)};
    }

    DEVICE void store(float* to) const {
        uint4 bits;
        bits.x = f32_to_bits(v[0]), bits.y = f32_to_bits(v[1]), bits.z = f32_to_bits(v[2]), bits.w = f32_to_bits(v[3]);
        st128(to, bits);
    }
};
