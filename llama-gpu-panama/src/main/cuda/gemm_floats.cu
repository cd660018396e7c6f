// SPDX-License-Identifier: Apache-2.0
// Products of many tokens with weights of 16 bits on tensor cores. Each activation is the sum of two numbers of 16 bits, and each is multiplied.
// Grid (rows / side, tokens / side), block 256; cols % 64 == 0.
// A stage is 32 columns: 24 KB for 2 x 0.5 M multiplications of a large tile. Tensor cores cut off what they add up, so that they add no more
// than those: errors are about 3e-6 of the result (9e-6 without).
#include "gemm.cuh"
#include "halves.cuh"

#define STAGE_ELEMENTS (LINE / 2)

template <int SIDE>
struct FloatStage {
    alignas(16) uint16_t w[SIDE * STAGE_ELEMENTS];
    uint16_t upper[SIDE * STAGE_ELEMENTS];
    uint16_t lower[SIDE * STAGE_ELEMENTS];
};

// Activations of all tokens [token][cols]: scale times the sum of upper and lower.
struct SplitRows {
    const uint16_t* upper;
    const uint16_t* lower;
    const float* scales;
};

// Where a product's numbers come from, in pieces of 16 bytes.
template <class Way>
struct FloatFeed {
    using Stage = FloatStage<Way::SIDE>;
    static constexpr int PIECES = Way::SIDE * (LINE / 16) / Way::GROUP;

    const GemmTile<Way::SIDE>& tile;
    const uint16_t* weights;
    SplitRows x;
    int cols, stride;

    DEVICE static int line(int i) { return (threadIdx.x % Way::GROUP + i * Way::GROUP) / (LINE / 16); }
    DEVICE static int number() { return threadIdx.x % (LINE / 16); }
    DEVICE static int place(int i) { return swizzled(line(i), number()) / 2; }
    DEVICE const uint16_t* weight_at(int i, int c) const {
        return weights + tile.row_at(line(i)) * stride + c + number() * 8;
    }
    DEVICE long long activation_at(int i, int c) const { return tile.token_at(line(i)) * cols + c + number() * 8; }

    // Starts the copies to a stage.
    DEVICE void copy(Stage& stage, int c) const {
        ROLLED
        for (int i = 0; i < PIECES; i++) {
            cp_async16(stage.w + place(i), weight_at(i, c));
            cp_async16(stage.upper + place(i), x.upper + activation_at(i, c));
            cp_async16(stage.lower + place(i), x.lower + activation_at(i, c));
        }
        cp_async_commit();
    }
};

// The next stage in the registers of a group.
template <class Way>
struct FloatPieces {
    using Feed = FloatFeed<Way>;

    uint4 w[Feed::PIECES], upper[Feed::PIECES], lower[Feed::PIECES];

    DEVICE void fetch(const Feed& feed, int c) {
        UNROLL
        for (int i = 0; i < Feed::PIECES; i++) {
            w[i] = ld128_stream(feed.weight_at(i, c));
            upper[i] = ld128(feed.x.upper + feed.activation_at(i, c));
            lower[i] = ld128(feed.x.lower + feed.activation_at(i, c));
        }
    }

    DEVICE void keep(typename Feed::Stage& stage) const {
        UNROLL
        for (int i = 0; i < Feed::PIECES; i++) {
            st128(stage.w + Feed::place(i), w[i]);
            st128(stage.upper + Feed::place(i), upper[i]);
            st128(stage.lower + Feed::place(i), lower[i]);
        }
    }
};

// Adds the products of a stage: sums of their own in the tensor cores, the small ones first.
template <class Pairs, int SIDE, int M, int N>
DEVICE void add_stage(
    const FloatStage<SIDE>& stage, const WarpTile<SIDE, M, N>& warp, typename WarpTile<SIDE, M, N>::Sums& sums) {
    uint32_t upper[2][N][2], lower[2][N][2];
    UNROLL
    for (int half = 0; half < 2; half++) {
        warp.load_x(stage.upper, half, upper[half]);
        warp.load_x(stage.lower, half, lower[half]);
    }
    UNROLL
    for (int m = 0; m < M; m++) {
        uint32_t w[2][4];
        UNROLL
        for (int half = 0; half < 2; half++) warp.load_w(stage.w, half, m, w[half]);
        UNROLL
        for (int n = 0; n < N; n++) {
            float products[4] = {0, 0, 0, 0};
            UNROLL
            for (int half = 0; half < 2; half++) Pairs::multiply(products, w[half], lower[half][n]);
            UNROLL
            for (int half = 0; half < 2; half++) Pairs::multiply(products, w[half], upper[half][n]);
            UNROLL
            for (int i = 0; i < 4; i++) sums[m][n][i] += products[i];
        }
    }
}

// What a result is of a sum.
struct Scaled {
    const float* scales;
    DEVICE float operator()(float sum, int token) const { return sum * scales[token]; }
};

template <class Pairs>
DEVICE void large_float_gemm(
    const uint16_t* w, const SplitRows& x, const int* count, float* out, int rows, int cols, int stride, int add) {
    constexpr int SIDE = LargeTile::SIDE;
    using Warp = WarpTile<SIDE, 4, 4>;
    SHARED(FloatStage<SIDE>, stages, 2);
    const auto tile = GemmTile<SIDE>::of(rows, *count);
    if (tile.empty()) return;
    const Warp warp = Warp::of(warp_index());
    const FloatFeed<LargeTile> feed = {tile, w, x, cols, stride};
    typename Warp::Sums sums = {};
    feed.copy(stages[0], 0);
    for (int c = 0; c < cols; c += STAGE_ELEMENTS) {
        const int current = c / STAGE_ELEMENTS % 2;
        cp_async_wait<0>();
        block_sync();
        if (c + STAGE_ELEMENTS < cols) feed.copy(stages[1 - current], c + STAGE_ELEMENTS);
        add_stage<Pairs>(stages[current], warp, sums);
    }
    const Scaled value = {x.scales};
    warp.each(sums, [&](int r, int t, float sum) { tile.store(r, t, sum, out, add, value); });
}

template <class Pairs>
DEVICE void small_float_tile(
    const GemmTile<SmallTile::SIDE>& tile, const uint16_t* w, const SplitRows& x, float* out, int cols, int stride, int add) {
    constexpr int SIDE = SmallTile::SIDE;
    constexpr int WARPS = GEMM_THREADS / LANES;
    using Warp = WarpTile<SIDE, 2, 4>;
    static_assert(sizeof(FloatStage<SIDE>) >= sizeof(float) * SIDE * SIDE);
    SHARED(FloatStage<SIDE>, stages, WARPS);
    if (tile.empty()) return;
    FloatStage<SIDE>& stage = stages[warp_index()];
    const FloatFeed<SmallTile> feed = {tile, w, x, cols, stride};
    FloatPieces<SmallTile> pieces;
    typename Warp::Sums sums = {};
    const Warp warp = {0, 0};
    int c = warp_index() * STAGE_ELEMENTS;
    if (c < cols) pieces.fetch(feed, c);
    while (c < cols) {
        pieces.keep(stage);
        warp_sync();
        c += WARPS * STAGE_ELEMENTS;
        if (c < cols) pieces.fetch(feed, c);
        add_stage<Pairs>(stage, warp, sums);
        warp_sync();
    }
    store_small(tile, warp, sums, reinterpret_cast<float*>(stages), out, add, Scaled{x.scales});
}

template <class Pairs>
DEVICE void small_float_gemm(
    const uint16_t* w, const SplitRows& x, const int* count, float* out, int rows, int cols, int stride, int add) {
    small_float_tile<Pairs>(GemmTile<SmallTile::SIDE>::of(rows, *count), w, x, out, cols, stride, add);
}

#define GEMM_FLOATS(name, way, Pairs, blocks)                                                                    \
    KERNEL(GEMM_THREADS, blocks)                                                                                 \
    void name(                                                                                                   \
        const uint16_t* w, const uint16_t* upper, const uint16_t* lower, const float* scales, const int* count,  \
        float* out, int rows, int cols, int stride, int add) {                                                   \
        way<Pairs>(w, {upper, lower, scales}, count, out, rows, cols, stride, add);                              \
    }                                                                                                            \
    KERNEL_EXPORT(name)

GEMM_FLOATS(gemm_f16_t128, large_float_gemm, F16Pairs, 2);
GEMM_FLOATS(gemm_bf16_t128, large_float_gemm, BF16Pairs, 2);
GEMM_FLOATS(gemm_f16_t32, small_float_gemm, F16Pairs, 1);
GEMM_FLOATS(gemm_bf16_t32, small_float_gemm, BF16Pairs, 1);

// Products of the rows of experts, as in experts.cu. Grid (rows / 32, tiles).
#define GEMM_FLOAT_EXPERTS(name, Pairs)                                                                          \
    KERNEL(GEMM_THREADS, 1)                                                                                      \
    void name(                                                                                                   \
        const uint16_t* const* experts, const ExpertRows* tiles, const uint16_t* upper, const uint16_t* lower,   \
        const float* scales, float* out, int rows, int cols, int stride) {                                       \
        const ExpertRows& reads = tiles[blockIdx.y];                                                             \
        if (reads.empty()) return;                                                                               \
        const auto tile = GemmTile<SmallTile::SIDE>::of(rows, reads);                                            \
        small_float_tile<Pairs>(tile, experts[reads.expert], {upper, lower, scales}, out, cols, stride, 0);      \
    }                                                                                                            \
    KERNEL_EXPORT(name)

GEMM_FLOAT_EXPERTS(experts_f16_t32, F16Pairs);
GEMM_FLOAT_EXPERTS(experts_bf16_t32, BF16Pairs);
