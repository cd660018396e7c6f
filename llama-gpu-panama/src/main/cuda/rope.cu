// SPDX-License-Identifier: Apache-2.0
// Rotary position embedding: its angles, and rows by themselves.
#include "rotation.cuh"

#define ROPE_THREADS 128

// Cosine and sine in double, of angles up to about 2^30. Those of CUDA need memory of their own for a case that never comes up here.
struct Turn {
    double cosine, sine;
};

// Taylor's series about 0 for |r| <= pi / 4, where what they leave out is below 3e-14.
DEVICE double sine_near_zero(double r) {
    const double r2 = r * r;
    double s = 1.0 / 6227020800.0;
    s = fma(s, r2, -1.0 / 39916800.0);
    s = fma(s, r2, 1.0 / 362880.0);
    s = fma(s, r2, -1.0 / 5040.0);
    s = fma(s, r2, 1.0 / 120.0);
    s = fma(s, r2, -1.0 / 6.0);
    return fma(s * r2, r, r);
}

DEVICE double cosine_near_zero(double r) {
    const double r2 = r * r;
    double c = -1.0 / 87178291200.0;
    c = fma(c, r2, 1.0 / 479001600.0);
    c = fma(c, r2, -1.0 / 3628800.0);
    c = fma(c, r2, 1.0 / 40320.0);
    c = fma(c, r2, -1.0 / 720.0);
    c = fma(c, r2, 1.0 / 24.0);
    c = fma(c, r2, -0.5);
    return fma(c, r2, 1.0);
}

// Takes whole quarters of a turn off; pi / 2 is taken in two parts, whose sum is right to 2^-107.
DEVICE Turn turn(double angle) {
    const double quarters = rint(angle * 0.63661977236758134308);
    const double r = fma(-quarters, 6.123233995736766036e-17, fma(-quarters, 1.57079632679489655800, angle));
    const double s = sine_near_zero(r);
    const double c = cosine_near_zero(r);
    const int quarter = static_cast<int>(static_cast<long long>(quarters) & 3);
    const double cosine = quarter % 2 == 0 ? c : s;
    const double sine = quarter % 2 == 0 ? s : c;
    return {quarter == 1 || quarter == 2 ? -cosine : cosine, quarter >= 2 ? -sine : sine};
}

// Grid (rows). Tables [rows][pairs]; in double, since at position 100,000 an angle in F32 is wrong by thousandths.
KERNEL(ROPE_THREADS)
void rope_table(
    const int* positions, const int* count, const double* inverse, float* cosines, float* sines, int pairs) {
    const int row = blockIdx.x;
    grid_launch();
    grid_wait();
    if (row >= *count) return;
    const double position = positions[row];
    for (int i = threadIdx.x; i < pairs; i += ROPE_THREADS) {
        const Turn t = turn(position * inverse[i]);
        cosines[static_cast<long long>(row) * pairs + i] = static_cast<float>(t.cosine);
        sines[static_cast<long long>(row) * pairs + i] = static_cast<float>(t.sine);
    }
}
KERNEL_EXPORT(rope_table);

// Grid (pairs of a row / 128, rows), a thread for each pair.
KERNEL(ROPE_THREADS)
void rope(float* x, const int* count, const float* cosines, const float* sines, int width, int head_dim) {
    const int row = blockIdx.y;
    const int pair = blockIdx.x * ROPE_THREADS + threadIdx.x;
    grid_launch();
    grid_wait();
    if (row >= *count || pair >= width / 2) return;
    float* of_row = x + static_cast<long long>(row) * width;
    const Pair turned = Rotation{cosines, sines, head_dim / 2}.of(of_row, row, pair);
    of_row[2 * pair] = turned.even;
    of_row[2 * pair + 1] = turned.odd;
}
KERNEL_EXPORT(rope);
