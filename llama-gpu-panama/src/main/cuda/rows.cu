// SPDX-License-Identifier: Apache-2.0
// What is done to rows of activations one by one. `count` is how many rows the step has: others are left alone.
#include "reduce.cuh"

#define ROW_THREADS 256
#define HEAD_THREADS 128

// 1 / root of the mean square, of elements that the threads of the block take in turns.
DEVICE float rms_factor(const float* x, int width, float eps, float* parts) {
    float squares = 0;
    for (int i = threadIdx.x; i < width; i += blockDim.x) squares = fmaf(x[i], x[i], squares);
    return 1.0f / dsqrt(block_sum(squares, parts) / width + eps);
}

// Grid (rows). `out` may be `x`: a thread writes only what it alone has read.
KERNEL(ROW_THREADS)
void rms_norm(const float* x, const int* count, const float* weight, float eps, float* out, int width) {
    SHARED(float, parts, LANES);
    if (static_cast<int>(blockIdx.x) >= *count) return;
    const long long start = static_cast<long long>(blockIdx.x) * width;
    const float factor = rms_factor(x + start, width, eps, parts);
    for (int i = threadIdx.x; i < width; i += ROW_THREADS) out[start + i] = x[start + i] * factor * weight[i];
}
KERNEL_EXPORT(rms_norm);

// Grid (heads, rows). In place, without a weight.
KERNEL(HEAD_THREADS)
void norm_heads(float* x, const int* count, float eps, int width, int head_dim) {
    SHARED(float, parts, LANES);
    if (static_cast<int>(blockIdx.y) >= *count) return;
    float* head = x + static_cast<long long>(blockIdx.y) * width + blockIdx.x * head_dim;
    const float factor = rms_factor(head, head_dim, eps, parts);
    for (int i = threadIdx.x; i < head_dim; i += HEAD_THREADS) head[i] *= factor;
}
KERNEL_EXPORT(norm_heads);

// The others: grid (width / 256, rows), a thread for each element.

DEVICE int element() { return blockIdx.x * ROW_THREADS + threadIdx.x; }

DEVICE bool outside(const int* count, int width) {
    return static_cast<int>(blockIdx.y) >= *count || element() >= width;
}

DEVICE long long element_of_row(int width) { return static_cast<long long>(blockIdx.y) * width + element(); }

// The temperature of attention that grows with the position, in double as the CPU has it.
KERNEL(ROW_THREADS)
void temper(float* x, const int* count, const int* positions, int floor, double scale, int width) {
    if (outside(count, width)) return;
    const long long floors = (positions[blockIdx.y] + 1LL) / floor;
    x[element_of_row(width)] *= static_cast<float>(1.0 + scale * log(static_cast<double>(floors) + 1.0));
}
KERNEL_EXPORT(temper);

KERNEL(ROW_THREADS)
void swiglu(const float* gate, const float* up, const int* count, float* out, int width) {
    if (outside(count, width)) return;
    const long long i = element_of_row(width);
    const float g = gate[i];
    out[i] = g / (1.0f + dexp(-g)) * up[i];
}
KERNEL_EXPORT(swiglu);

// out = x times the row's factor of a column.
KERNEL(ROW_THREADS)
void scale_rows(
    const float* x, const int* count, const float* factors, int factor_width, int column, float* out, int width) {
    if (outside(count, width)) return;
    const long long i = element_of_row(width);
    out[i] = x[i] * factors[static_cast<long long>(blockIdx.y) * factor_width + column];
}
KERNEL_EXPORT(scale_rows);

KERNEL(ROW_THREADS)
void select_rows(const float* x, const int* logit_rows, const int* count, float* out, int width) {
    if (outside(count, width)) return;
    out[element_of_row(width)] = x[static_cast<long long>(logit_rows[blockIdx.y]) * width + element()];
}
KERNEL_EXPORT(select_rows);

KERNEL(ROW_THREADS)
void add_rows(const float* x, const int* count, float* out, int width) {
    if (outside(count, width)) return;
    out[element_of_row(width)] += x[element_of_row(width)];
}
KERNEL_EXPORT(add_rows);
