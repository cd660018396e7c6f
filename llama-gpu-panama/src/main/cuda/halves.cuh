// SPDX-License-Identifier: Apache-2.0
// Numbers of 16 bits on tensor cores.
#pragma once

#include "kdev.cuh"

struct F16Pairs {
    DEVICE static uint16_t encode(float v) { return f32_to_f16(v); }
    DEVICE static float decode(uint16_t v) { return f16_to_f32(v); }
    DEVICE static void multiply(float (&sums)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
        mma_f16_16816(sums, a, b);
    }
};

struct BF16Pairs {
    DEVICE static uint16_t encode(float v) { return f32_to_bf16(v); }
    DEVICE static float decode(uint16_t v) { return bf16_to_f32(v); }
    DEVICE static void multiply(float (&sums)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
        mma_bf16_16816(sums, a, b);
    }
};
