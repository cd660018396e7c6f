// SPDX-License-Identifier: Apache-2.0
// Rows split to tiles (activation_tiles.cuh) by a block each, as they are made: a row's scale wants its largest element, so that a thread keeps
// what it has made until all have made theirs.
#pragma once

#include "activation_tiles.cuh"
#include "reduce.cuh"
#include "rounding.cuh"
#include "row_scale.cuh"

// What becomes 16 bytes of a tile: four pairs of a row's 32 columns. Those of the n-th are 8 columns apart, from the one that is named on.
struct TilePiece {
    float v[8];

    DEVICE static int column(int n) { return n / 4 * 32 + n % 4 * 2; }

    DEVICE static TilePiece zero() { return {}; }

    DEVICE static TilePiece load(const float* row, int n) {
        TilePiece piece;
        UNROLL
        for (int q = 0; q < 4; q++) {
            const uint2 pair = ld64(row + column(n) + 8 * q);
            piece.v[2 * q] = bits_to_f32(pair.x), piece.v[2 * q + 1] = bits_to_f32(pair.y);
        }
        return piece;
    }

    DEVICE void store(float* row, int n) const {
        UNROLL
        for (int q = 0; q < 4; q++) {
            *reinterpret_cast<float2*>(row + column(n) + 8 * q) = make_float2(v[2 * q], v[2 * q + 1]);
        }
    }

    DEVICE int largest(int bits) const {
        UNROLL
        for (int i = 0; i < 8; i++) bits = magnitude_bits(v[i]) > bits ? magnitude_bits(v[i]) : bits;
        return bits;
    }
};

// The upper halves of two neighbours, and the lower ones.
DEVICE uint2 split_two(float first, float second) {
    const uint32_t upper = float2_to_half2(first, second);
    const float2 kept = half2_to_float2(upper);
    return make_uint2(upper, float2_to_half2(first - kept.x, second - kept.y));
}

// Where rows go.
struct SplitRows {
    uint16_t* tiles;
    float* scales;

    DEVICE void store(int row, int width, int n, const TilePiece& piece, float inverse) const {
        uint32_t upper[4], lower[4];
        UNROLL
        for (int q = 0; q < 4; q++) {
            const bool zero = inverse == 0;
            const uint2 halves = split_two(zero ? 0 : piece.v[2 * q] * inverse, zero ? 0 : piece.v[2 * q + 1] * inverse);
            upper[q] = halves.x, lower[q] = halves.y;
        }
        const int column = TilePiece::column(n);
        uint16_t* to = tiles + ActivationTiles::line(row, column, width) + exchanged(row, TileColumn::of(column).piece) * 8;
        st128(to, make_uint4(upper[0], upper[1], upper[2], upper[3]));
        st128(to + TILE_PART, make_uint4(lower[0], lower[1], lower[2], lower[3]));
    }
};

// Over the block, in all of its threads.
DEVICE int block_largest(int v) {
    SHARED(int, parts, LANES);
    UNROLL
    for (int mask = LANES / 2; mask > 0; mask /= 2) {
        const int other = shfl_xor(v, mask);
        v = other > v ? other : v;
    }
    if (lane_index() == 0) parts[warp_index()] = v;
    block_sync();
    for (int warp = 0; warp < static_cast<int>(blockDim.x) / LANES; warp++) v = parts[warp] > v ? parts[warp] : v;
    return v;
}

// Splits a row whose n-th piece is value(n), and stores it as it is too, unless `out` is null. A thread keeps KEPT pieces and makes others twice;
// what it reads for them it may overwrite. Width % 64 == 0; every thread of a block of whole warps must come here.
template <int KEPT, class Value>
DEVICE void split_row(int row, int width, const SplitRows& to, float* out, Value value) {
    const int pieces = width / 8;
    const auto number = [](int k) { return static_cast<int>(k * blockDim.x + threadIdx.x); };
    TilePiece kept[KEPT];
    int largest = 0;
    UNROLL
    for (int k = 0; k < KEPT; k++) {
        kept[k] = number(k) < pieces ? value(number(k)) : TilePiece::zero();
        largest = kept[k].largest(largest);
    }
    ROLLED
    for (int k = KEPT; number(k) < pieces; k++) largest = value(number(k)).largest(largest);
    const RowScale scale = RowScale::of(block_largest(largest));
    if (threadIdx.x == 0) to.scales[row] = scale.scale;
    const auto store = [=](int n, const TilePiece& piece) {
        if (out != nullptr) piece.store(out + static_cast<long long>(row) * width, n);
        to.store(row, width, n, piece, scale.inverse);
    };
    UNROLL
    for (int k = 0; k < KEPT; k++) {
        if (number(k) < pieces) store(number(k), kept[k]);
    }
    ROLLED
    for (int k = KEPT; number(k) < pieces; k++) store(number(k), value(number(k)));
}
