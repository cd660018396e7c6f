// SPDX-License-Identifier: Apache-2.0
// Products of many tokens with weights of 16 bits on tensor cores, for any device. Each activation is the sum of two halves, and each is
// multiplied. Grid (tokens / 128, rows / 128), block 256; cols % 64 == 0.
// A stage is 32 columns: 24 KB for 2 x 0.5 M multiplications. Tensor cores cut off what they add up, so that they add no more than 2 x 16
// products: errors are about those of sums in F32.
#include "activation_tiles.cuh"
#include "gemm.cuh"
#include "half_weights.cuh"

#define STAGE_HALVES (LINE / 2)

struct HalfStage {
    alignas(16) uint16_t w[LargeTile::SIDE * STAGE_HALVES];
    uint16_t upper[LargeTile::SIDE * STAGE_HALVES];
    uint16_t lower[LargeTile::SIDE * STAGE_HALVES];
};

// A thread's part of filling stages, in pieces of 16 bytes: weights by way of its registers, where they become halves.
template <class Weights>
struct HalfFeed {
    using Tile = GemmTile<LargeTile::SIDE>;
    static constexpr int PIECES = LargeTile::SIDE * (LINE / 16) / GEMM_THREADS;

    uint4 w[PIECES];

    DEVICE static int line(int i) { return (threadIdx.x + i * GEMM_THREADS) / (LINE / 16); }
    DEVICE static int number() { return threadIdx.x % (LINE / 16); }

    DEVICE void fetch(const Tile& tile, const uint16_t* weights, int stride, int c) {
        UNROLL
        for (int i = 0; i < PIECES; i++) w[i] = ld128_stream(weights + tile.row_at(line(i)) * stride + c + number() * 8);
    }

    // Two neighbours to where the activations of their columns are.
    DEVICE void keep(HalfStage& stage) const {
        UNROLL
        for (int i = 0; i < PIECES; i++) {
            const uint32_t pairs[4] = {w[i].x, w[i].y, w[i].z, w[i].w};
            UNROLL
            for (int k = 0; k < 4; k++) {
                const TileColumn at = TileColumn::of(number() * 8 + 2 * k);
                *reinterpret_cast<uint32_t*>(stage.w + swizzled(line(i), at.piece) / 2 + at.element) = Weights::halves(pairs[k]);
            }
        }
    }

    // Starts the copies of activations.
    DEVICE static void copy(const Tile& tile, const ActivationTiles& x, int cols, int c, HalfStage& stage) {
        ROLLED
        for (int i = 0; i < PIECES; i++) {
            const int token = static_cast<int>(tile.token_at(line(i)));
            const int piece = exchanged(token, c % CHUNK / 8 + number());
            const uint16_t* from = x.halves + ActivationTiles::line(token, c, cols) + piece * 8;
            const int to = swizzled(line(i), number()) / 2;
            cp_async16(stage.upper + to, from);
            cp_async16(stage.lower + to, from + TILE_PART);
        }
        cp_async_commit();
    }
};

// Adds the products of a stage: sums of 16 columns in the tensor cores, the small ones first.
template <int M, int N>
DEVICE void add_stage(
    const HalfStage& stage, const WarpTile<LargeTile::SIDE, M, N>& warp,
    typename WarpTile<LargeTile::SIDE, M, N>::Sums& sums) {
    ROLLED
    for (int half = 0; half < 2; half++) {
        uint32_t upper[N][2], lower[N][2];
        warp.load_x(stage.upper, half, upper);
        warp.load_x(stage.lower, half, lower);
        UNROLL
        for (int m = 0; m < M; m++) {
            uint32_t w[4];
            warp.load_w(stage.w, half, m, w);
            UNROLL
            for (int n = 0; n < N; n++) {
                float products[4] = {0, 0, 0, 0};
                mma_f16_16816(products, w, lower[n]);
                mma_f16_16816(products, w, upper[n]);
                UNROLL
                for (int i = 0; i < 4; i++) sums[m][n][i] += products[i];
            }
        }
    }
}

template <class Weights>
DEVICE void gemm_floats(
    const uint16_t* w, const ActivationTiles& x, const int* count, float* out, int rows, int cols, int stride, int add) {
    using Warp = WarpTile<LargeTile::SIDE, 4, 4>;
    SHARED(HalfStage, stages, 2);
    grid_launch();
    grid_wait();
    const auto tile = GemmTile<LargeTile::SIDE>::of(rows, *count);
    if (tile.empty()) return;
    const Warp warp = Warp::of(warp_index());
    HalfFeed<Weights> feed;
    typename Warp::Sums sums = {};
    feed.fetch(tile, w, stride, 0);
    feed.copy(tile, x, cols, 0, stages[0]);
    feed.keep(stages[0]);
    for (int c = 0; c < cols; c += STAGE_HALVES) {
        const int current = c / STAGE_HALVES % 2;
        const int next = c + STAGE_HALVES;
        cp_async_wait<0>();
        block_sync();
        if (next < cols) {
            feed.copy(tile, x, cols, next, stages[1 - current]);
            feed.fetch(tile, w, stride, next);
        }
        add_stage(stages[current], warp, sums);
        if (next < cols) feed.keep(stages[1 - current]);
    }
    const auto value = [=](float sum, int token) { return sum * (x.scales[token] * Weights::UNIT); };
    warp.each(sums, [&](int r, int t, float sum) { tile.store(r, t, sum, out, add, value); });
}

#define GEMM_FLOATS(name, Weights)                                                                               \
    KERNEL(GEMM_THREADS, 2)                                                                                      \
    void name(                                                                                                   \
        const uint16_t* w, const uint16_t* tiles, const float* scales, const int* count, float* out, int rows,   \
        int cols, int stride, int add) {                                                                         \
        gemm_floats<Weights>(w, {tiles, scales}, count, out, rows, cols, stride, add);                           \
    }                                                                                                            \
    KERNEL_EXPORT(name)

GEMM_FLOATS(gemm_f16_t128, F16Weights);
GEMM_FLOATS(gemm_bf16_t128, BF16Weights);
