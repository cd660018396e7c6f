// SPDX-License-Identifier: Apache-2.0
// Weights of 16 bits as the halves that tensor cores multiply.
#pragma once

#include "kdev.cuh"

struct F16Weights {
    // What a weight is of its half.
    static constexpr float UNIT = 1;
    // A copy, so that others can be loaded while these are multiplied.
    DEVICE static uint32_t halves(uint32_t both) { return copied(both); }
};

// Halves are exact from 510 down to 2^-24, where the 8 bits of a bfloat end, and within 2^-32 below that: matrices whose largest weight is
// larger, or below 2^-9, aren't multiplied by tensor cores.
struct BF16Weights {
    static constexpr float UNIT = 0x1p-7f;
    DEVICE static uint32_t halves(uint32_t both) {
        return float2_to_half2(bits_to_f32(both << 16) * (1 / UNIT), bits_to_f32(both & 0xffff0000u) * (1 / UNIT));
    }
};

// Of two rows, 8 apart: what a lane multiplies of 64 columns, columns 8 q to 8 q + 7 and 32 more for the q-th of four lanes.
struct WeightPieces {
    uint4 of[2][2];

    template <class Load>
    DEVICE void load(const uint16_t* const (&rows)[2], int column, Load load) {
        UNROLL
        for (int j = 0; j < 2; j++) {
            UNROLL
            for (int r = 0; r < 2; r++) of[j][r] = load(rows[r] + column + j * 32);
        }
    }

    // Fragments of four multiplications of 16 columns, in the order of activation_tiles.cuh.
    template <class Weights>
    DEVICE void fragments(uint32_t (&a)[4][4]) const {
        UNROLL
        for (int j = 0; j < 2; j++) {
            UNROLL
            for (int r = 0; r < 2; r++) {
                a[2 * j][r] = Weights::halves(of[j][r].x);
                a[2 * j][2 + r] = Weights::halves(of[j][r].y);
                a[2 * j + 1][r] = Weights::halves(of[j][r].z);
                a[2 * j + 1][2 + r] = Weights::halves(of[j][r].w);
            }
        }
    }
};
