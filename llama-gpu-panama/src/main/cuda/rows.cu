// SPDX-License-Identifier: Apache-2.0
// What is done to rows of activations one by one. `count` is how many rows the step has: others are left alone.
// Grid (width / 256, rows), block 256, a thread for each element.
#include "experts.cuh"
#include "gate.cuh"

#define ROW_THREADS 256

DEVICE int element() { return blockIdx.x * ROW_THREADS + threadIdx.x; }

DEVICE bool outside(const int* count, int width) {
    return static_cast<int>(blockIdx.y) >= *count || element() >= width;
}

DEVICE long long element_of_row(int width) { return static_cast<long long>(blockIdx.y) * width + element(); }

// The temperature of attention that grows with the position, in double as the CPU has it.
KERNEL(ROW_THREADS)
void temper(float* x, const int* count, const int* positions, int floor, double scale, int width) {
    grid_launch();
    grid_wait();
    if (outside(count, width)) return;
    const long long floors = (positions[blockIdx.y] + 1LL) / floor;
    x[element_of_row(width)] *= static_cast<float>(1.0 + scale * log(static_cast<double>(floors) + 1.0));
}
KERNEL_EXPORT(temper);

KERNEL(ROW_THREADS)
void swiglu(const float* gate, const float* up, const int* count, float* out, int width) {
    grid_launch();
    grid_wait();
    if (outside(count, width)) return;
    const long long i = element_of_row(width);
    out[i] = gated(gate[i], up[i]);
}
KERNEL_EXPORT(swiglu);

// out = x times the row's factor of a column.
KERNEL(ROW_THREADS)
void scale_rows(
    const float* x, const int* count, const float* factors, int factor_width, int column, float* out, int width) {
    grid_launch();
    grid_wait();
    if (outside(count, width)) return;
    const long long i = element_of_row(width);
    out[i] = x[i] * factors[static_cast<long long>(blockIdx.y) * factor_width + column];
}
KERNEL_EXPORT(scale_rows);

// What experts read: the rows of those that have chosen them, scaled. Grid (width / 256, choices). `order` says which choice comes where, or is null.
KERNEL(ROW_THREADS)
void scale_chosen(
    const float* x, const int* count, const ExpertRows* choices, int per_token, const int* order, float* out, int width) {
    grid_launch();
    grid_wait();
    if (outside(count, width)) return;
    const int choice = order == nullptr ? static_cast<int>(blockIdx.y) : order[blockIdx.y];
    out[element_of_row(width)] = x[static_cast<long long>(choice / per_token) * width + element()] * choices[choice].weight;
}
KERNEL_EXPORT(scale_chosen);

// Adds what they say to the rows, in the order of experts. `places` says where choices are, or is null.
KERNEL(ROW_THREADS)
void add_chosen(
    const float* results, const int* count, const ExpertRows* choices, int per_token, const int* places, float* out,
    int width) {
    grid_launch();
    grid_wait();
    if (outside(count, width)) return;
    float sum = out[element_of_row(width)];
    for (int n = 0; n < per_token; n++) {
        const int choice = static_cast<int>(blockIdx.y) * per_token + n;
        if (choices[choice].empty()) continue;
        const long long place = places == nullptr ? choice : places[choice];
        sum += results[place * width + element()];
    }
    out[element_of_row(width)] = sum;
}
KERNEL_EXPORT(add_chosen);

KERNEL(ROW_THREADS)
void select_rows(const float* x, const int* logit_rows, const int* count, float* out, int width) {
    grid_launch();
    grid_wait();
    if (outside(count, width)) return;
    out[element_of_row(width)] = x[static_cast<long long>(logit_rows[blockIdx.y]) * width + element()];
}
KERNEL_EXPORT(select_rows);

KERNEL(ROW_THREADS)
void add_rows(const float* x, const int* count, float* out, int width) {
    grid_launch();
    grid_wait();
    if (outside(count, width)) return;
    out[element_of_row(width)] += x[element_of_row(width)];
}
KERNEL_EXPORT(add_rows);
