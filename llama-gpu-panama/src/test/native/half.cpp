// SPDX-License-Identifier: Apache-2.0
// Numbers of 16 bits on hosts that have no instructions for them.
#include "kdev_sim.h"

namespace sim {

float half_to_float(uint16_t half) {
    uint32_t sign = (half & 0x8000u) << 16;
    uint32_t magnitude = half & 0x7fffu;
    if (magnitude >= 0x7c00) return bits<float>(sign | 0x7f800000u | (magnitude & 0x3ff) << 13);
    // The exponents differ by 112: a product with 2^112 also makes subnormal numbers right.
    return bits<float>(sign | bits<uint32_t>(bits<float>(magnitude << 13) * 0x1p112f));
}

uint16_t float_to_half(float f) {
    uint32_t v = bits<uint32_t>(f);
    uint16_t sign = static_cast<uint16_t>(v >> 16 & 0x8000);
    float magnitude = std::fabs(f);
    if (magnitude != magnitude) return sign | 0x7fff;
    if (magnitude >= 65520) return sign | 0x7c00;
    int exponent = magnitude < 0x1p-14f ? -14 : std::ilogb(magnitude);
    float units = std::nearbyint(std::ldexp(magnitude, 10 - exponent));
    // A normal number's units include its leading bit, which adds one to the exponent field.
    return static_cast<uint16_t>(sign | (((exponent + 14) << 10) + static_cast<int>(units)));
}

}  // namespace sim
