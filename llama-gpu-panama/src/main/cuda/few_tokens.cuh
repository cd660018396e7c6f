// SPDX-License-Identifier: Apache-2.0
// Products of few tokens with weights of 16 bits on tensor cores, bound by the memory that weights are read from. A block computes 128 rows of
// 32 tokens. Each of its 8 warps has 16 rows: their weights go from memory to its registers, the next chunks' while one is multiplied, and
// activations to shared memory, in four stages.
// Per chunk of 64 columns: 16 KB of weights and 8 KB of activations for 0.5 M multiplications; a warp needs about 300 instructions for 2 KB.
#pragma once

#include "activation_tiles.cuh"
#include "half_weights.cuh"
#include "reduce.cuh"

#define FEW_THREADS 256
#define FEW_ROWS 128
#define FEW_TOKENS 32
// Chunks of weights in registers, and of activations in shared memory.
#define FEW_AHEAD 2
#define FEW_STAGES 4

// What a block computes. Rows and tokens past the end are the last one, computed again and not stored.
struct FewTile {
    int row, rows;
    int token, tokens;

    DEVICE bool empty() const { return token >= tokens; }
    DEVICE int token_at(int t) const { return t < tokens ? t : tokens - 1; }
};

// A thread's part of filling stages with activations.
struct TileFeed {
    const uint16_t* from;
    uint16_t* stages;
    int left, stage;

    DEVICE TileFeed(
        const FewTile& tile, const ActivationTiles& x, int cols, const ChunkRange& chunks, uint16_t* stages)
        : from(x.halves + ActivationTiles::line(tile.token_at(tile.token + threadIdx.x / 8), chunks.first * CHUNK, cols)
               + threadIdx.x % 8 * 8),
          stages(stages + threadIdx.x * 8), left(chunks.count), stage(0) {
        static_assert(FEW_THREADS == FEW_TOKENS * 8);
    }

    // Starts the copies of the next chunk, if there is one.
    DEVICE void copy() {
        if (left > 0) {
            uint16_t* to = stages + stage * 2 * FEW_TOKENS * CHUNK;
            cp_async16(to, from);
            cp_async16(to + FEW_TOKENS * CHUNK, from + TILE_PART);
            from += 2 * TILE_PART;
            left--;
            stage = stage + 1 < FEW_STAGES ? stage + 1 : 0;
        }
        cp_async_commit();
    }
};

// What a warp has of a tile: sums of 16 rows of 32 tokens, each added up of those of 64 columns, since tensor cores cut off what they add.
struct FewSums {
    static constexpr int EIGHTS = FEW_TOKENS / 8;
    using Sums = float[EIGHTS][4];

    // Where a lane finds its lines of a stage, for each 16 columns.
    int lines[4];
    Sums of;

    DEVICE explicit FewSums(const FewTile& tile) : of() {
        const int lane = lane_index();
        UNROLL
        for (int k = 0; k < 4; k++) {
            const int piece = exchanged(tile.token + lane % 8, 2 * k + lane / 8 % 2);
            lines[k] = (lane / 16 * 8 + lane % 8) * CHUNK + piece * 8;
        }
    }

    // Activations of 16 columns, the lower ones of step 0 to 3, the upper ones of 4 to 7.
    DEVICE void load(uint32_t (&x)[EIGHTS][2], const uint16_t* stage, int step) const {
        UNROLL
        for (int n = 0; n < EIGHTS; n += 2) {
            uint32_t four[4];
            ldmatrix_x4(four, stage + (step < 4 ? FEW_TOKENS * CHUNK : 0) + lines[step % 4] + n * 8 * CHUNK);
            x[n][0] = four[0], x[n][1] = four[1], x[n + 1][0] = four[2], x[n + 1][1] = four[3];
        }
    }

    // The small products first; the next activations are on their way while tensor cores work, on four sums at a time.
    DEVICE void add(const uint32_t (&w)[4][4], const uint16_t* stage) {
        Sums products = {};
        uint32_t x[2][EIGHTS][2];
        load(x[0], stage, 0);
        UNROLL
        for (int step = 0; step < 8; step++) {
            if (step < 7) load(x[(step + 1) % 2], stage, step + 1);
            UNROLL
            for (int n = 0; n < EIGHTS; n++) mma_f16_16816(products[n], w[step % 4], x[step % 2][n]);
        }
        UNROLL
        for (int n = 0; n < EIGHTS; n++) {
            UNROLL
            for (int i = 0; i < 4; i++) of[n][i] += products[n][i];
        }
    }
};

// A thread's part of a product: rows of its warp, whose first weights are on their way from the beginning.
template <class Weights>
struct FewProduct {
    const uint16_t* rows[2];
    ChunkRange chunks;
    WeightPieces pieces[FEW_AHEAD];

    DEVICE FewProduct(const uint16_t* w, int first_row, int all_rows, int stride, const ChunkRange& chunks) : chunks(chunks) {
        const int row = first_row + lane_row();
        const int begin = chunks.first * CHUNK + lane_index() % 4 * 8;
        UNROLL
        for (int r = 0; r < 2; r++) {
            const long long at = row + r * 8 < all_rows ? row + r * 8 : all_rows - 1;
            rows[r] = w + at * stride + begin;
        }
        UNROLL
        for (int d = 0; d < FEW_AHEAD; d++) fetch(d, d);
    }

    // Of a tile: the first of the two rows of a lane.
    DEVICE static int lane_row() { return warp_index() * 16 + lane_index() / 4; }

    DEVICE void fetch(int d, int chunk) {
        if (chunk >= chunks.count) return;
        pieces[d].load(rows, chunk * CHUNK, [](const uint16_t* from) { return ld128_stream(from); });
    }

    // Calls store(row, token, sum) for all sums of a tile that are its own. Every thread of a block must come here.
    template <class Store>
    DEVICE void run(const FewTile& tile, const ActivationTiles& x, int cols, Store store) {
        SHARED(uint16_t, stages, FEW_STAGES * 2 * FEW_TOKENS * CHUNK);
        const bool idle = tile.row + warp_index() * 16 >= tile.rows;
        TileFeed feed(tile, x, cols, chunks, stages);
        for (int i = 0; i < FEW_STAGES - 1; i++) feed.copy();
        FewSums sums(tile);
        for (int i = 0; i < chunks.count; i += FEW_AHEAD) {
            UNROLL
            for (int d = 0; d < FEW_AHEAD; d++) {
                if (i + d >= chunks.count) break;
                cp_async_wait<FEW_STAGES - 2>();
                block_sync();
                feed.copy();
                uint32_t fragments[4][4];
                pieces[d].template fragments<Weights>(fragments);
                fetch(d, i + d + FEW_AHEAD);
                if (!idle) sums.add(fragments, stages + (i + d) % FEW_STAGES * 2 * FEW_TOKENS * CHUNK);
            }
        }
        UNROLL
        for (int n = 0; n < FewSums::EIGHTS; n++) {
            UNROLL
            for (int e = 0; e < 4; e++) {
                const int r = tile.row + lane_row() + e / 2 * 8;
                const int t = tile.token + n * 8 + lane_index() % 4 * 2 + e % 2;
                if (r < tile.rows && t < tile.tokens) store(r, t, sums.of[n][e] * (x.scales[t] * Weights::UNIT));
            }
        }
    }
};
