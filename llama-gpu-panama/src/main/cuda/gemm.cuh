// SPDX-License-Identifier: Apache-2.0
// What products of many tokens on tensor cores share. There are two ways, for which a group of threads has a stage of 64 bytes of each line, a row
// or a token, in shared memory, and the next one on its way:
// - LargeTile: a block computes 128 rows of 128 tokens, all its threads being one group;
// - SmallTile: a block computes 32 rows of 32 tokens, each warp being a group that takes every eighth stage: more blocks for few rows or tokens.
#pragma once

#include "experts.cuh"
#include "reduce.cuh"

#define GEMM_THREADS 256
// Bytes of a row or a token in a stage.
#define LINE 64

// Where a line's piece of 16 bytes is kept, so that eight lines' pieces of one number are in different banks.
DEVICE int swizzled(int line, int piece) { return line * LINE + (piece ^ (line >> 1 & 3)) * 16; }

// What a block computes: SIDE rows of SIDE tokens. Lines past the end are the last one, computed again and not stored.
template <int SIDE>
struct GemmTile {
    int row, rows;
    int token, tokens;

    // Blocks that run together have few rows in common with the memory, and all tokens with the cache.
    DEVICE static GemmTile of(int rows, int tokens) {
        return {static_cast<int>(blockIdx.y) * SIDE, rows, static_cast<int>(blockIdx.x) * SIDE, tokens};
    }

    DEVICE static GemmTile of(int rows, const ExpertRows& reads) {
        return {static_cast<int>(blockIdx.x) * SIDE, rows, reads.begin, reads.end};
    }

    DEVICE bool empty() const { return token >= tokens; }
    DEVICE long long row_at(int r) const { return row + r < rows ? row + r : rows - 1; }
    DEVICE long long token_at(int t) const { return token + t < tokens ? token + t : tokens - 1; }

    // Stores or adds a result, the r-th row's of the t-th token.
    template <class Value>
    DEVICE void store(int r, int t, float sum, float* out, int add, Value value) const {
        if (row + r >= rows || token + t >= tokens) return;
        float* to = out + static_cast<long long>(token + t) * rows + row + r;
        const float all = value(sum, token + t);
        *to = add ? *to + all : all;
    }
};

// What makes a way: lines of a tile, and threads of a group.

struct LargeTile {
    static constexpr int SIDE = 128, GROUP = GEMM_THREADS;
};

struct SmallTile {
    static constexpr int SIDE = 32, GROUP = LANES;
};

// What a warp computes of it: M times N multiplications of 16 rows and 8 tokens.
template <int SIDE, int M, int N>
struct WarpTile {
    static constexpr int ACROSS = SIDE / (16 * M);
    using Sums = float[M][N][4];

    int row, token;

    DEVICE static WarpTile of(int warp) { return {warp % ACROSS * M * 16, warp / ACROSS * N * 8}; }

    // Rows and tokens of a lane's results: two of each for a multiplication.
    DEVICE int row_of(int m, int i) const { return row + m * 16 + i * 8 + lane_index() / 4; }
    DEVICE int token_of(int n, int j) const { return token + n * 8 + lane_index() % 4 * 2 + j; }

    // 32 bytes of 16 rows, the `half`-th of the line.
    DEVICE void load_w(const void* w, int half, int m, uint32_t (&v)[4]) const {
        const int lane = lane_index();
        const int line = row + m * 16 + lane % 16;
        ldmatrix_x4(v, static_cast<const int8_t*>(w) + swizzled(line, half * 2 + lane / 16));
    }

    // 32 bytes of all tokens of the warp.
    DEVICE void load_x(const void* x, int half, uint32_t (&v)[N][2]) const {
        const int lane = lane_index();
        UNROLL
        for (int n = 0; n < N; n += 2) {
            uint32_t four[4];
            const int line = token + n * 8 + lane / 16 * 8 + lane % 8;
            ldmatrix_x4(four, static_cast<const int8_t*>(x) + swizzled(line, half * 2 + lane / 8 % 2));
            v[n][0] = four[0], v[n][1] = four[1], v[n + 1][0] = four[2], v[n + 1][1] = four[3];
        }
    }

    // Calls use(row, token, sum) for each sum.
    template <class Use>
    DEVICE void each(const Sums& sums, Use use) const {
        UNROLL
        for (int m = 0; m < M; m++) {
            UNROLL
            for (int n = 0; n < N; n++) {
                UNROLL
                for (int i = 0; i < 4; i++) use(row_of(m, i / 2), token_of(n, i % 2), sums[m][n][i]);
            }
        }
    }
};

// Adds up what the warps of a block have of a small tile, in their order, and stores it. `parts` is shared memory for a tile of each warp,
// which they may have been reading from until now.
template <class Warp, class Value>
DEVICE void store_small(
    const GemmTile<SmallTile::SIDE>& tile, const Warp& warp, const typename Warp::Sums& sums, float* parts, float* out,
    int add, Value value) {
    constexpr int SIDE = SmallTile::SIDE;
    block_sync();
    float* mine = parts + warp_index() * SIDE * SIDE;
    warp.each(sums, [=](int r, int t, float sum) { mine[t * SIDE + r] = sum; });
    block_sync();
    for (int i = threadIdx.x; i < SIDE * SIDE; i += GEMM_THREADS) {
        float all = 0;
        UNROLL
        for (int w = 0; w < GEMM_THREADS / LANES; w++) all += parts[w * SIDE * SIDE + i];
        tile.store(i % SIDE, i / SIDE, all, out, add, value);
    }
}
