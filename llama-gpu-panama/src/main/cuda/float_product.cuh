// SPDX-License-Identifier: Apache-2.0
// Products with weights of floats, in F32.
// Per token of 4096 x 4096: 67.1 MB of F32 or 33.6 MB of 16 bits, 16.8 M multiplications; a warp needs about 20 instructions for 512 bytes.
#pragma once

#include "four.cuh"
#include "product.cuh"

// How 16 bytes of a row are read: UNIT elements of it.

struct F32Row {
    using Element = float;
    static constexpr int UNIT = 4;

    DEVICE static float decode(float w) { return w; }

    DEVICE static void unpack(const uint4& packed, float (&w)[UNIT]) {
        w[0] = bits_to_f32(packed.x);
        w[1] = bits_to_f32(packed.y);
        w[2] = bits_to_f32(packed.z);
        w[3] = bits_to_f32(packed.w);
    }
};

template <class Pair>
DEVICE void unpack_pairs(const uint4& packed, float (&w)[8], Pair pair) {
    const float2 a = pair(packed.x), b = pair(packed.y), c = pair(packed.z), d = pair(packed.w);
    w[0] = a.x, w[1] = a.y, w[2] = b.x, w[3] = b.y;
    w[4] = c.x, w[5] = c.y, w[6] = d.x, w[7] = d.y;
}

struct F16Row {
    using Element = uint16_t;
    static constexpr int UNIT = 8;

    DEVICE static float decode(uint16_t w) { return f16_to_f32(w); }

    DEVICE static void unpack(const uint4& packed, float (&w)[UNIT]) {
        unpack_pairs(packed, w, [](uint32_t both) { return half2_to_float2(both); });
    }
};

struct BF16Row {
    using Element = uint16_t;
    static constexpr int UNIT = 8;

    DEVICE static float decode(uint16_t w) { return bf16_to_f32(w); }

    DEVICE static void unpack(const uint4& packed, float (&w)[UNIT]) {
        unpack_pairs(packed, w, [](uint32_t both) {
            return make_float2(bits_to_f32(both << 16), bits_to_f32(both & 0xffff0000u));
        });
    }
};

// A tile of a product, as one thread sees it.
template <class Row, int T>
struct FloatProduct {
    using Element = typename Row::Element;
    static constexpr int UNIT = Row::UNIT;
    // Columns that the block takes at once, and how many times as many are in flight.
    static constexpr int STEP = UNIT * PRODUCT_THREADS;
    static constexpr int DEPTH = T == 1 ? 2 : 1;

    template <int N>
    struct Units {
        uint4 of[N][PRODUCT_ROWS];
    };

    const Element* w[PRODUCT_ROWS];
    const float* x;
    int cols;
    int token[T];
    float sums[PRODUCT_ROWS * T];

    DEVICE FloatProduct(const Tile<T>& tile, const Element* weights, int stride, const float* inputs, int cols)
        : x(inputs + static_cast<long long>(tile.token) * cols), cols(cols) {
        UNROLL
        for (int r = 0; r < PRODUCT_ROWS; r++) w[r] = weights + tile.row_at(r) * stride;
        UNROLL
        for (int i = 0; i < PRODUCT_ROWS * T; i++) sums[i] = 0;
    }

    DEVICE void begin(const Tile<T>& tile) {
        UNROLL
        for (int t = 0; t < T; t++) token[t] = tile.token_at(t) * cols;
    }

    template <int N>
    DEVICE void load(int c, Units<N>& units) const {
        UNROLL
        for (int d = 0; d < N; d++) {
            UNROLL
            for (int r = 0; r < PRODUCT_ROWS; r++) units.of[d][r] = ld128_stream(w[r] + c + d * STEP);
        }
    }

    template <int N>
    DEVICE void add(int c, const Units<N>& units) {
        UNROLL
        for (int d = 0; d < N; d++) add_unit(c + d * STEP, units.of[d]);
    }

    DEVICE void add_unit(int c, const uint4 (&packed)[PRODUCT_ROWS]) {
        float values[PRODUCT_ROWS][Row::UNIT];
        UNROLL
        for (int r = 0; r < PRODUCT_ROWS; r++) Row::unpack(packed[r], values[r]);
        UNROLL
        for (int t = 0; t < T; t++) {
            UNROLL
            for (int i = 0; i < Row::UNIT; i += 4) {
                const Four by = Four::load(x + token[t] + c + i);
                UNROLL
                for (int r = 0; r < PRODUCT_ROWS; r++) {
                    UNROLL
                    for (int j = 0; j < 4; j++) sums[r * T + t] = fmaf(values[r][i + j], by.v[j], sums[r * T + t]);
                }
            }
        }
    }

    DEVICE void column(int c) {
        UNROLL
        for (int r = 0; r < PRODUCT_ROWS; r++) {
            const float value = Row::decode(w[r][c]);
            UNROLL
            for (int t = 0; t < T; t++) sums[r * T + t] = fmaf(value, x[token[t] + c], sums[r * T + t]);
        }
    }
};

template <class Row, int T>
DEVICE void float_tile(
    Tile<T> tile, const typename Row::Element* w, const float* x, const int* count, float* out, int cols, int stride, int add) {
    // Rows of activations, and of floats, start at multiples of 16 bytes only if they are as long.
    const int whole = cols % 4 == 0 ? cols / Row::UNIT * Row::UNIT : 0;
    FloatProduct<Row, T> product(tile, w, stride, x, cols);
    if (!multiply(product, tile, count, whole)) return;
    for (int c = whole + threadIdx.x; c < cols; c += PRODUCT_THREADS) product.column(c);
    store_product(tile, product.sums, out, add);
}

template <class Row, int T>
DEVICE void linear_floats(
    const typename Row::Element* w,
    const float* x,
    const int* count,
    float* out,
    int rows,
    int cols,
    int stride,
    int add,
    int block) {
    float_tile<Row>(Tile<T>::of(rows, block), w, x, count, out, cols, stride, add);
}
