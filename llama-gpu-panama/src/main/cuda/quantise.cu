// SPDX-License-Identifier: Apache-2.0
// Rounds rows for products with integers, and gates as they are made. Grid (width / 1024, rows), block 256; width % 32 == 0.
#include "gate.cuh"
#include "rounding.cuh"

#define QUANTISE_THREADS 256

// Four elements for each thread. `value` makes them of where they are.
template <class Value>
DEVICE void quantise(const int* count, int width, const RoundedRows& to, Value value) {
    const int row = blockIdx.y;
    grid_launch();
    grid_wait();
    if (row >= *count) return;
    const int c = (blockIdx.x * QUANTISE_THREADS + threadIdx.x) * 4;
    const bool inside = c < width;
    const long long at = static_cast<long long>(row) * width + c;
    const Four four = inside ? value(at) : Four::zero();
    round_block(four.v, at, inside, to);
}

KERNEL(QUANTISE_THREADS)
void quantise_q8(const float* x, const int* count, int8_t* quants, float* scales, float* sums, int width) {
    quantise(count, width, {quants, scales, sums}, [=](long long at) { return Four::load(x + at); });
}
KERNEL_EXPORT(quantise_q8);

// swiglu and quantise_q8 in one. `out` may be `gate` or `up`: a thread writes only what it alone has read.
KERNEL(QUANTISE_THREADS)
void swiglu_q8(
    const float* gate,
    const float* up,
    const int* count,
    float* out,
    int width,
    int8_t* quants,
    float* scales,
    float* sums) {
    quantise(count, width, {quants, scales, sums}, [=](long long at) {
        const Four g = Four::load(gate + at);
        Four u = Four::load(up + at);
        UNROLL
        for (int i = 0; i < 4; i++) u.v[i] = gated(g.v[i], u.v[i]);
        u.store(out + at);
        return u;
    });
}
KERNEL_EXPORT(swiglu_q8);
