// SPDX-License-Identifier: Apache-2.0
// What all matrix products of few tokens share: out[token][row] = or += sum over c of w[row][c] x[token][c].
//
// A block of 128 threads computes 4 rows of T tokens. Its threads take units of 16 bytes of each row in turns, so that
// - a block reads 2 KB of a row at once, and a thread has the loads of 4 or 8 rows' units in flight before it uses the first,
// - each activation loaded serves 4 rows, and each weight T tokens.
// The order of the sums doesn't depend on T: a token has the same bits alone and among others.
#pragma once

#include "reduce.cuh"

#define PRODUCT_THREADS 128
#define PRODUCT_ROWS 4

// The rows and tokens of a block. Rows and tokens past the end are those of the last one, computed again and not stored.
template <int T>
struct Tile {
    int row, rows;
    int token, tokens;

    // `block` counts those of the matrix.
    DEVICE static Tile of(int rows, int block) { return {block * PRODUCT_ROWS, rows, static_cast<int>(blockIdx.y) * T, 0}; }

    DEVICE bool empty() const { return token >= tokens; }
    DEVICE long long row_at(int r) const { return row + r < rows ? row + r : rows - 1; }
    // Relative to the first.
    DEVICE int token_at(int t) const { return token + t < tokens ? t : tokens - 1 - token; }
};

// Sums up what the threads have, [row][token], and stores it. Every thread of the block must come here.
template <int T>
DEVICE void store_product(const Tile<T>& tile, float (&sums)[PRODUCT_ROWS * T], float* out, int add) {
    constexpr int N = PRODUCT_ROWS * T;
    constexpr int WARPS = PRODUCT_THREADS / LANES;
    SHARED(float, parts, WARPS * N);
    const float sum = warp_sums(sums);
    if (lane_index() % (LANES / N) == 0) parts[warp_index() * N + lane_index() / (LANES / N)] = sum;
    block_sync();
    const int i = threadIdx.x;
    if (i >= N || tile.row + i / T >= tile.rows || tile.token + i % T >= tile.tokens) return;
    float all = 0;
    UNROLL
    for (int warp = 0; warp < WARPS; warp++) all += parts[warp * N + i];
    float* to = out + static_cast<long long>(tile.token + i % T) * tile.rows + tile.row + i / T;
    *to = add ? *to + all : all;
}

// Computes what a thread has of a product, unless there are no tokens. Its weights are on their way before that is known.
template <class Product, int T>
DEVICE bool multiply(Product& product, Tile<T>& tile, const int* count, int cols) {
    constexpr int WIDE = Product::DEPTH * Product::STEP;
    const int last = cols - (Product::DEPTH - 1) * Product::STEP;
    int c = threadIdx.x * Product::UNIT;
    grid_launch();
    typename Product::template Units<Product::DEPTH> units;
    if (c < last) product.load(c, units);
    tile.tokens = *count;
    grid_wait();
    if (tile.empty()) return false;
    product.begin(tile);
    while (c < last) {
        product.add(c, units);
        c += WIDE;
        if (c < last) product.load(c, units);
    }
    if constexpr (Product::DEPTH > 1) {
        for (; c < cols; c += Product::STEP) {
            typename Product::template Units<1> single;
            product.load(c, single);
            product.add(c, single);
        }
    }
    return true;
}
