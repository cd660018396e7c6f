// SPDX-License-Identifier: Apache-2.0
// Activations rounded to blocks of 32 integers and a scale, as the CPU rounds them for products with integers.
#include "reduce.cuh"

#define QUANTISE_WARPS 8

// The largest magnitude of a warp, or NaN: the bits of magnitudes have the order of the numbers, with NaN above all.
DEVICE float largest_magnitude(float v) {
    int bits = static_cast<int>(f32_to_bits(v) & 0x7fffffffu);
    UNROLL
    for (int mask = LANES / 2; mask > 0; mask /= 2) {
        const int other = shfl_xor(bits, mask);
        bits = other > bits ? other : bits;
    }
    return bits_to_f32(static_cast<uint32_t>(bits));
}

// Grid (blocks of 32 / 8, rows), a warp for each block. `sums` are the scale times the sum of the block's integers.
// A block whose largest is at most 2^-100 is zero: its inverse might not be finite. One that isn't finite gets NaN for a scale.
KERNEL(QUANTISE_WARPS * LANES)
void quantise_q8(const float* x, const int* count, int8_t* quants, float* scales, float* sums, int width) {
    const int row = blockIdx.y;
    const int block = blockIdx.x * QUANTISE_WARPS + warp_index();
    if (row >= *count || block >= width / LANES) return;
    const long long at = static_cast<long long>(row) * width + block * LANES + lane_index();
    const float v = x[at];
    const float largest = largest_magnitude(v);
    const bool nothing = largest <= 0x1p-100f;
    const bool finite = largest < INFINITY;
    const float inverse = nothing ? 0.0f : 127.0f / largest;
    const int quant = finite ? static_cast<int>(rintf(v * inverse)) : 0;
    const float scale = nothing ? 0.0f : finite ? largest / 127.0f : NAN;
    const int sum = warp_sum_i(quant);
    quants[at] = static_cast<int8_t>(quant);
    if (lane_index() == 0) {
        const long long to = static_cast<long long>(row) * (width / LANES) + block;
        scales[to] = scale;
        sums[to] = scale * sum;
    }
}
KERNEL_EXPORT(quantise_q8);
