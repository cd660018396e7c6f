// SPDX-License-Identifier: Apache-2.0
// Root mean square norms: x / root(mean(x^2) + eps), times a weight.
#include "reduce.cuh"
#include "rounding.cuh"
#include "split_row.cuh"

#define NORM_THREADS 1024
#define HEAD_THREADS 128
// Fours of a row that a thread keeps in registers: with 1024 threads, rows of up to 16,384 elements are read once.
#define KEPT 4

DEVICE float add_squares(const Four& four, float squares) {
    UNROLL
    for (int i = 0; i < 4; i++) squares = fmaf(four.v[i], four.v[i], squares);
    return squares;
}

DEVICE float rms_factor(float squares, int width, float eps, float* parts) {
    return 1.0f / dsqrt(block_sum(squares, parts) / width + eps);
}

// A row whose width is a multiple of four: the threads of a block, of whole warps, take its fours in turns.
struct NormRow {
    const float* x;
    const float* weight;
    int fours;
    Four kept[KEPT];
    Four weights[KEPT];

    DEVICE int four(int k) const { return k * blockDim.x + threadIdx.x; }
    DEVICE Four load(const float* from, int i) const { return i < fours ? Four::load(from + 4 * i) : Four::zero(); }

    // No kernel of a plan writes these.
    DEVICE void fetch_weights() {
        UNROLL
        for (int k = 0; k < KEPT; k++) weights[k] = load(weight, four(k));
    }

    DEVICE float squares() {
        UNROLL
        for (int k = 0; k < KEPT; k++) kept[k] = load(x, four(k));
        float squares = 0;
        UNROLL
        for (int k = 0; k < KEPT; k++) squares = add_squares(kept[k], squares);
        for (int i = four(KEPT); i < fours; i += blockDim.x) squares = add_squares(load(x, i), squares);
        return squares;
    }

    DEVICE static Four normed(Four four, float factor, const Four& weight) {
        UNROLL
        for (int j = 0; j < 4; j++) four.v[j] = four.v[j] * factor * weight.v[j];
        return four;
    }

    // Calls store(four, its index) for all lanes of a warp at once, those that are past the end among them.
    template <class Store>
    DEVICE void each(float factor, Store store) const {
        UNROLL
        for (int k = 0; k < KEPT; k++) {
            if (static_cast<int>(k * blockDim.x) < fours) store(normed(kept[k], factor, weights[k]), four(k));
        }
        for (int k = KEPT; static_cast<int>(k * blockDim.x) < fours; k++) {
            store(normed(load(x, four(k)), factor, load(weight, four(k))), four(k));
        }
    }
};

DEVICE void norm_elements(const float* x, const float* weight, float eps, float* out, int width, float* parts) {
    float squares = 0;
    for (int i = threadIdx.x; i < width; i += blockDim.x) squares = fmaf(x[i], x[i], squares);
    const float factor = rms_factor(squares, width, eps, parts);
    for (int i = threadIdx.x; i < width; i += blockDim.x) out[i] = x[i] * factor * weight[i];
}

// Grid (rows), any block of whole warps. `out` may be `x`: a thread writes only what it alone has read.
KERNEL(NORM_THREADS)
void rms_norm(const float* x, const int* count, const float* weight, float eps, float* out, int width) {
    SHARED(float, parts, LANES);
    const long long start = static_cast<long long>(blockIdx.x) * width;
    NormRow row = {x + start, weight, width % 4 == 0 ? width / 4 : 0, {}, {}};
    grid_launch();
    row.fetch_weights();
    grid_wait();
    if (static_cast<int>(blockIdx.x) >= *count) return;
    if (width % 4 != 0) {
        norm_elements(x + start, weight, eps, out + start, width, parts);
        return;
    }
    const float factor = rms_factor(row.squares(), width, eps, parts);
    row.each(factor, [=](const Four& four, int i) {
        if (4 * i < width) four.store(out + start + 4 * i);
    });
}
KERNEL_EXPORT(rms_norm);

// rms_norm and quantise_q8 in one. Width % 32 == 0.
KERNEL(NORM_THREADS)
void rms_norm_q8(
    const float* x,
    const int* count,
    const float* weight,
    float eps,
    float* out,
    int width,
    int8_t* quants,
    float* scales,
    float* sums) {
    SHARED(float, parts, LANES);
    const long long start = static_cast<long long>(blockIdx.x) * width;
    NormRow row = {x + start, weight, width / 4, {}, {}};
    grid_launch();
    row.fetch_weights();
    grid_wait();
    if (static_cast<int>(blockIdx.x) >= *count) return;
    const float factor = rms_factor(row.squares(), width, eps, parts);
    row.each(factor, [=](const Four& four, int i) {
        const bool inside = 4 * i < width;
        if (inside) four.store(out + start + 4 * i);
        round_block(four.v, start + 4 * i, inside, {quants, scales, sums});
    });
}
KERNEL_EXPORT(rms_norm_q8);

// rms_norm and split_halves in one: reads 4 bytes of an element twice, the second time from a cache, as it does the weights, and writes 4; 4 more
// if what is split is `stored` too. Width % 64 == 0; rows of up to 8,192 elements are read twice, longer ones three times.
KERNEL(NORM_THREADS, 2)
void rms_norm_halves(
    const float* x,
    const int* count,
    const float* weight,
    float eps,
    float* out,
    int width,
    uint16_t* tiles,
    float* scales,
    int stored) {
    SHARED(float, parts, LANES);
    const long long start = static_cast<long long>(blockIdx.x) * width;
    grid_launch();
    grid_wait();
    if (static_cast<int>(blockIdx.x) >= *count) return;
    NormRow row = {x + start, weight, width / 4, {}, {}};
    const float factor = rms_factor(row.squares(), width, eps, parts);
    split_row<1>(blockIdx.x, width, {tiles, scales}, stored ? out : nullptr, [=](int n) {
        TilePiece piece = TilePiece::load(x + start, n);
        const TilePiece by = TilePiece::load(weight, n);
        UNROLL
        for (int i = 0; i < 8; i++) piece.v[i] = piece.v[i] * factor * by.v[i];
        return piece;
    });
}
KERNEL_EXPORT(rms_norm_halves);

// Grid (heads, rows). In place, without a weight.
KERNEL(HEAD_THREADS)
void norm_heads(float* x, const int* count, float eps, int width, int head_dim) {
    SHARED(float, parts, LANES);
    grid_launch();
    grid_wait();
    if (static_cast<int>(blockIdx.y) >= *count) return;
    float* head = x + static_cast<long long>(blockIdx.y) * width + blockIdx.x * head_dim;
    float squares = 0;
    for (int i = threadIdx.x; i < head_dim; i += HEAD_THREADS) squares = fmaf(head[i], head[i], squares);
    const float factor = rms_factor(squares, head_dim, eps, parts);
    for (int i = threadIdx.x; i < head_dim; i += HEAD_THREADS) head[i] *= factor;
}
KERNEL_EXPORT(norm_heads);
