// SPDX-License-Identifier: Apache-2.0
// Splits rows for products with weights of 16 bits, and gates as they are made. Grid (rows), block: a thread for 32 elements, in whole
// warps, at most 512; width % 64 == 0. Writes 4 bytes for each element. Those of a row from the 16,384th on are read twice.
#include "gate.cuh"
#include "split_row.cuh"

#define SPLIT_THREADS 512
#define SPLIT_KEPT 4

// Reads 4 bytes of each.
KERNEL(SPLIT_THREADS, 2)
void split_halves(const float* x, const int* count, uint16_t* tiles, float* scales, int width) {
    grid_launch();
    grid_wait();
    const int row = blockIdx.x;
    if (row >= *count) return;
    const float* from = x + static_cast<long long>(row) * width;
    split_row<SPLIT_KEPT>(row, width, {tiles, scales}, nullptr, [=](int n) { return TilePiece::load(from, n); });
}
KERNEL_EXPORT(split_halves);

// swiglu and split_halves in one. Reads 8 bytes of each, and writes 4 more if what is split is `stored` too. `out` may be `gate` or `up`.
KERNEL(SPLIT_THREADS, 2)
void swiglu_halves(
    const float* gate, const float* up, const int* count, float* out, int width, uint16_t* tiles, float* scales,
    int stored) {
    grid_launch();
    grid_wait();
    const int row = blockIdx.x;
    if (row >= *count) return;
    const long long start = static_cast<long long>(row) * width;
    split_row<SPLIT_KEPT>(row, width, {tiles, scales}, stored ? out : nullptr, [=](int n) {
        const TilePiece g = TilePiece::load(gate + start, n);
        TilePiece piece = TilePiece::load(up + start, n);
        UNROLL
        for (int i = 0; i < 8; i++) piece.v[i] = gated(g.v[i], piece.v[i]);
        return piece;
    });
}
KERNEL_EXPORT(swiglu_halves);
