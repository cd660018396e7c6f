// SPDX-License-Identifier: Apache-2.0
// Products with packed weights: integers times the integers that quantise_q8 makes of activations.
// Bytes of weights for 4096 x 4096: 17.8 MB of Q8_0, 9.4 of Q4_0, 9.7 of Q4_K, 18.1 of Q6_K. A warp needs about 30 instructions for 512 of them.
#pragma once

#include "packed_rows.cuh"
#include "product.cuh"

// A tile of a product, as one thread sees it.
template <class Packed, int T>
struct IntegerProduct {
    using Unit = typename Packed::Unit;
    static constexpr int UNIT = Packed::UNIT;
    // Columns that the block takes at once, and how many times as many are in flight.
    static constexpr int STEP = UNIT * PRODUCT_THREADS;
    static constexpr int DEPTH = T == 1 && UNIT == 16 ? 2 : 1;
    static constexpr int WORDS = UNIT / 16;

    template <int N>
    struct Units {
        Unit of[N][PRODUCT_ROWS];
    };

    typename Packed::Row w[PRODUCT_ROWS];
    Rounded x;
    int blocks;
    // Blocks of 32 before each token's first.
    int token[T];
    float sums[PRODUCT_ROWS * T];

    DEVICE IntegerProduct(const Tile<T>& tile, const Packed& weights, const Rounded& x, int cols)
        : x(x.from(tile.token * static_cast<long long>(cols / 32))), blocks(cols / 32) {
        UNROLL
        for (int r = 0; r < PRODUCT_ROWS; r++) w[r] = weights.row(tile.row_at(r), cols);
        UNROLL
        for (int i = 0; i < PRODUCT_ROWS * T; i++) sums[i] = 0;
    }

    DEVICE void begin(const Tile<T>& tile) {
        UNROLL
        for (int t = 0; t < T; t++) token[t] = tile.token_at(t) * blocks;
    }

    template <int N>
    DEVICE void load(int c, Units<N>& units) const {
        UNROLL
        for (int d = 0; d < N; d++) {
            UNROLL
            for (int r = 0; r < PRODUCT_ROWS; r++) units.of[d][r] = w[r].load(c + d * STEP);
        }
    }

    template <int N>
    DEVICE void add(int c, const Units<N>& units) {
        UNROLL
        for (int d = 0; d < N; d++) {
            UNROLL
            for (int t = 0; t < T; t++) add_unit(c + d * STEP, t, units.of[d]);
        }
    }

    DEVICE void add_unit(int c, int t, const Unit (&loaded)[PRODUCT_ROWS]) {
        uint4 quants[WORDS];
        const int block = token[t] + c / 32;
        UNROLL
        for (int i = 0; i < WORDS; i++) quants[i] = ld128(x.quants + block * 32 + c % 32 + i * 16);
        const float scale = x.scales[block] * Packed::FACTOR;
        UNROLL
        for (int r = 0; r < PRODUCT_ROWS; r++) {
            float& sum = sums[r * T + t];
            uint4 integers[WORDS];
            Packed::unpack(loaded[r], integers);
            int dot = 0;
            UNROLL
            for (int i = 0; i < WORDS; i++) dot = dot16(integers[i], quants[i], dot);
            sum = fmaf(Packed::scale(loaded[r]), static_cast<float>(dot) * scale, sum);
        }
        if constexpr (Packed::MINIMA) {
            const float total = x.sums[block];
            UNROLL
            for (int r = 0; r < PRODUCT_ROWS; r++) {
                sums[r * T + t] = fmaf(Packed::minimum(loaded[r]), total, sums[r * T + t]);
            }
        }
    }
};

template <class Packed, int T>
DEVICE void integer_tile(
    Tile<T> tile, const Packed& weights, const Rounded& x, const int* count, float* out, int cols, int add) {
    IntegerProduct<Packed, T> product(tile, weights, x, cols);
    if (multiply(product, tile, count, cols)) store_product(tile, product.sums, out, add);
}

template <class Packed, int T>
DEVICE void linear_integers(
    const Packed& weights, const Rounded& x, const int* count, float* out, int rows, int cols, int add, int block) {
    integer_tile(Tile<T>::of(rows, block), weights, x, count, out, cols, add);
}
