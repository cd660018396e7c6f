// SPDX-License-Identifier: Apache-2.0
// Products of many tokens with packed weights on tensor cores: sums of a block's integers as exact as in those of few tokens, the same factors
// in another order. Grid (tokens / side, rows / side), block 256; cols % 64 == 0.
// A stage is 64 columns: 16 KB of integers for 1 M multiplications of a large tile. Each lane has 12 of floats (24 with scales of 16 columns,
// 16 with minima) for a multiplication of 16 x 8 x 32 on tensor cores; they decide.
#include "gemm.cuh"
#include "packed_rows.cuh"

#define STAGE_COLUMNS LINE
// Blocks of 32 in it.
#define STAGE_BLOCKS 2

template <class Packed, int SIDE>
struct IntegerStage {
    // What there is of each for every line.
    static constexpr int SCALES = STAGE_COLUMNS / Packed::SCALED;
    static constexpr int MINIMA = Packed::MINIMA ? STAGE_BLOCKS : 0;

    alignas(16) int8_t w[SIDE * STAGE_COLUMNS];
    int8_t x[SIDE * STAGE_COLUMNS];
    float w_scales[SIDE * SCALES];
    float x_scales[SIDE * STAGE_BLOCKS];
    float minima[MINIMA ? SIDE * MINIMA : 1];
    alignas(8) float x_sums[MINIMA ? SIDE * MINIMA : 2];
};

// A thread's part of filling stages with weights: units of them by way of its registers, where they are unpacked.
template <class Packed, class Way>
struct WeightFeed {
    static constexpr int WORDS = Packed::UNIT / 16;
    static constexpr int LINE_UNITS = STAGE_COLUMNS / Packed::UNIT;
    static constexpr int UNITS = Way::SIDE * LINE_UNITS / Way::GROUP;

    using Stage = IntegerStage<Packed, Way::SIDE>;
    using Tile = GemmTile<Way::SIDE>;

    typename Packed::Unit units[UNITS];

    DEVICE static int line(int i) { return (threadIdx.x % Way::GROUP + i * Way::GROUP) / LINE_UNITS; }
    DEVICE static int column() { return threadIdx.x % LINE_UNITS * Packed::UNIT; }

    DEVICE void fetch(const Tile& tile, const Packed& weights, int cols, int c) {
        UNROLL
        for (int i = 0; i < UNITS; i++) {
            const unsigned long long begin = tile.row_at(line(i)) * cols;
            units[i] = weights.row(0, cols).load(begin + c + column());
        }
    }

    DEVICE void keep(Stage& stage) const {
        UNROLL
        for (int i = 0; i < UNITS; i++) {
            uint4 integers[WORDS];
            Packed::unpack(units[i], integers);
            UNROLL
            for (int k = 0; k < WORDS; k++) st128(stage.w + swizzled(line(i), column() / 16 + k), integers[k]);
            if (column() % Packed::SCALED != 0) continue;
            const int at = line(i) * Stage::SCALES + column() / Packed::SCALED;
            stage.w_scales[at] = Packed::scale(units[i]) * Packed::FACTOR;
            if constexpr (Packed::MINIMA) stage.minima[at] = Packed::minimum(units[i]);
        }
    }
};

// Starts the copy of activations to a stage of a large tile: pieces of 16 bytes, and two scales or sums.
template <class Packed>
DEVICE void copy_activations(
    const GemmTile<LargeTile::SIDE>& tile, const Rounded& x, int cols, int c,
    IntegerStage<Packed, LargeTile::SIDE>& stage) {
    constexpr int SIDE = LargeTile::SIDE;
    static_assert(GEMM_THREADS == 2 * SIDE);
    ROLLED
    for (int i = 0; i < SIDE * (LINE / 16) / GEMM_THREADS; i++) {
        const int piece = threadIdx.x + i * GEMM_THREADS;
        const int line = piece / (LINE / 16);
        const int number = piece % (LINE / 16);
        cp_async16(stage.x + swizzled(line, number), x.quants + tile.token_at(line) * cols + c + number * 16);
    }
    const int line = threadIdx.x % SIDE;
    const unsigned long long block = (tile.token_at(line) * cols + c) / 32;
    if (threadIdx.x < SIDE) {
        cp_async8(stage.x_scales + line * STAGE_BLOCKS, x.scales + block);
    } else if (Packed::MINIMA) {
        cp_async8(stage.x_sums + line * STAGE_BLOCKS, x.sums + block);
    }
    cp_async_commit();
}

// A lane's part of filling stages of a small tile with activations, by way of its registers: those of one line have one lane's scales.
template <class Packed>
struct ActivationFeed {
    static constexpr int SIDE = SmallTile::SIDE;
    static constexpr int PIECES = SIDE * (LINE / 16) / LANES;
    static_assert(SIDE == LANES);

    uint4 quants[PIECES];
    uint2 scales, sums;

    DEVICE static int line(int i) { return (lane_index() + i * LANES) / (LINE / 16); }
    DEVICE static int number() { return lane_index() % (LINE / 16); }

    DEVICE void fetch(const GemmTile<SIDE>& tile, const Rounded& x, int cols, int c) {
        UNROLL
        for (int i = 0; i < PIECES; i++) {
            quants[i] = ld128(x.quants + tile.token_at(line(i)) * cols + c + number() * 16);
        }
        const long long block = tile.token_at(lane_index()) * (cols / 32) + c / 32;
        scales = ld64(x.scales + block);
        if constexpr (Packed::MINIMA) sums = ld64(x.sums + block);
    }

    DEVICE void keep(IntegerStage<Packed, SIDE>& stage) const {
        UNROLL
        for (int i = 0; i < PIECES; i++) st128(stage.x + swizzled(line(i), number()), quants[i]);
        float* to = stage.x_scales + lane_index() * STAGE_BLOCKS;
        to[0] = bits_to_f32(scales.x), to[1] = bits_to_f32(scales.y);
        if constexpr (Packed::MINIMA) {
            to = stage.x_sums + lane_index() * STAGE_BLOCKS;
            to[0] = bits_to_f32(sums.x), to[1] = bits_to_f32(sums.y);
        }
    }
};

// Where integers are summed in an accumulator that began with these bits, it is, read as a float, MAGIC plus their sum.
#define MAGIC_BITS 0x4b400000
#define MAGIC 12582912.0f

// The sums of the products of 32 columns, or of the `part`-th 16 of them.
template <int COLUMNS>
DEVICE void multiply_integers(const uint32_t (&w)[4], const uint32_t (&x)[2], int part, float (&dots)[4]) {
    int sums[4] = {MAGIC_BITS, MAGIC_BITS, MAGIC_BITS, MAGIC_BITS};
    if constexpr (COLUMNS == 32) {
        mma_s8_16832(sums, w, x);
    } else {
        const uint32_t of[2] = {w[2 * part], w[2 * part + 1]};
        mma_s8_16816(sums, of, x[part]);
    }
    UNROLL
    for (int i = 0; i < 4; i++) dots[i] = bits_to_f32(static_cast<uint32_t>(sums[i])) - MAGIC;
}

// A block of 32 columns of a stage, as a warp multiplies it.
template <class Packed, int SIDE, int M, int N>
struct IntegerBlock {
    using Stage = IntegerStage<Packed, SIDE>;
    using Warp = WarpTile<SIDE, M, N>;
    static constexpr int PARTS = 32 / Packed::SCALED;

    const Stage& stage;
    const Warp& warp;
    int half;
    uint32_t x[N][2];
    float x_scales[N][2];
    float x_sums[N][2];

    DEVICE IntegerBlock(const Stage& stage, const Warp& warp, int half)
        : stage(stage), warp(warp), half(half) {
        warp.load_x(stage.x, half, x);
        UNROLL
        for (int n = 0; n < N; n++) {
            UNROLL
            for (int j = 0; j < 2; j++) {
                const int at = warp.token_of(n, j) * STAGE_BLOCKS + half;
                x_scales[n][j] = stage.x_scales[at];
                if constexpr (Packed::MINIMA) x_sums[n][j] = stage.x_sums[at];
            }
        }
    }

    // Or the compiler loads the scales of many parts at once, and runs out of registers.
    DEVICE static void fence() {
        if constexpr (PARTS > 1) warp_sync();
    }

    DEVICE void add_to(typename Warp::Sums& sums) const {
        UNROLL
        for (int m = 0; m < M; m++) {
            fence();
            uint32_t w[4];
            warp.load_w(stage.w, half, m, w);
            UNROLL
            for (int part = 0; part < PARTS; part++) add_part(w, m, part, sums[m]);
            if constexpr (Packed::MINIMA) add_minima(m, sums[m]);
        }
    }

    DEVICE void add_part(const uint32_t (&w)[4], int m, int part, float (&sums)[N][4]) const {
        fence();
        float scales[2];
        UNROLL
        for (int i = 0; i < 2; i++) scales[i] = stage.w_scales[warp.row_of(m, i) * Stage::SCALES + half * PARTS + part];
        UNROLL
        for (int n = 0; n < N; n++) {
            float dots[4];
            multiply_integers<Packed::SCALED>(w, x[n], part, dots);
            UNROLL
            for (int i = 0; i < 4; i++) sums[n][i] = fmaf(scales[i / 2], dots[i] * x_scales[n][i % 2], sums[n][i]);
        }
    }

    DEVICE void add_minima(int m, float (&sums)[N][4]) const {
        float minima[2];
        UNROLL
        for (int i = 0; i < 2; i++) minima[i] = stage.minima[warp.row_of(m, i) * STAGE_BLOCKS + half];
        UNROLL
        for (int n = 0; n < N; n++) {
            UNROLL
            for (int i = 0; i < 4; i++) sums[n][i] = fmaf(minima[i / 2], x_sums[n][i % 2], sums[n][i]);
        }
    }
};

template <class Packed, int SIDE, int M, int N>
DEVICE void add_stage(
    const IntegerStage<Packed, SIDE>& stage, const WarpTile<SIDE, M, N>& warp, typename WarpTile<SIDE, M, N>::Sums& sums) {
    ROLLED
    for (int half = 0; half < STAGE_BLOCKS; half++) IntegerBlock<Packed, SIDE, M, N>(stage, warp, half).add_to(sums);
}

DEVICE float itself(float sum, int) { return sum; }

template <class Packed>
DEVICE void large_integer_gemm(
    const Packed& weights, const Rounded& x, const int* count, float* out, int rows, int cols, int add) {
    constexpr int SIDE = LargeTile::SIDE;
    using Warp = WarpTile<SIDE, 8, 2>;
    using Stage = IntegerStage<Packed, SIDE>;
    SHARED(Stage, stages, 2);
    const auto tile = GemmTile<SIDE>::of(rows, *count);
    if (tile.empty()) return;
    const Warp warp = Warp::of(warp_index());
    WeightFeed<Packed, LargeTile> feed;
    typename Warp::Sums sums = {};
    feed.fetch(tile, weights, cols, 0);
    copy_activations<Packed>(tile, x, cols, 0, stages[0]);
    feed.keep(stages[0]);
    for (int c = 0; c < cols; c += STAGE_COLUMNS) {
        const int current = c / STAGE_COLUMNS % 2;
        const int next = c + STAGE_COLUMNS;
        cp_async_wait<0>();
        block_sync();
        if (next < cols) {
            copy_activations<Packed>(tile, x, cols, next, stages[1 - current]);
            feed.fetch(tile, weights, cols, next);
        }
        add_stage<Packed>(stages[current], warp, sums);
        if (next < cols) feed.keep(stages[1 - current]);
    }
    warp.each(sums, [&](int r, int t, float sum) { tile.store(r, t, sum, out, add, itself); });
}

template <class Packed>
DEVICE void small_integer_tile(
    const GemmTile<SmallTile::SIDE>& tile, const Packed& weights, const Rounded& x, float* out, int cols, int add) {
    constexpr int SIDE = SmallTile::SIDE;
    constexpr int WARPS = GEMM_THREADS / LANES;
    using Warp = WarpTile<SIDE, 2, 4>;
    using Stage = IntegerStage<Packed, SIDE>;
    static_assert(sizeof(Stage) >= sizeof(float) * SIDE * SIDE);
    SHARED(Stage, stages, WARPS);
    if (tile.empty()) return;
    Stage& stage = stages[warp_index()];
    WeightFeed<Packed, SmallTile> weight_feed;
    ActivationFeed<Packed> activation_feed;
    typename Warp::Sums sums = {};
    const Warp warp = {0, 0};
    const auto fetch = [&](int c) {
        if (c >= cols) return;
        weight_feed.fetch(tile, weights, cols, c);
        activation_feed.fetch(tile, x, cols, c);
    };
    int c = warp_index() * STAGE_COLUMNS;
    fetch(c);
    for (; c < cols; c += WARPS * STAGE_COLUMNS) {
        weight_feed.keep(stage);
        activation_feed.keep(stage);
        warp_sync();
        fetch(c + WARPS * STAGE_COLUMNS);
        add_stage<Packed>(stage, warp, sums);
        warp_sync();
    }
    store_small(tile, warp, sums, reinterpret_cast<float*>(stages), out, add, itself);
}

template <class Packed>
DEVICE void small_integer_gemm(
    const Packed& weights, const Rounded& x, const int* count, float* out, int rows, int cols, int add) {
    small_integer_tile(GemmTile<SmallTile::SIDE>::of(rows, *count), weights, x, out, cols, add);
}

#define GEMM_SCALED(name, way, Packed, Quants, blocks)                                                           \
    KERNEL(GEMM_THREADS, blocks)                                                                                 \
    void name(                                                                                                   \
        const Quants* quants, const uint16_t* scales, const int8_t* xq, const float* xs, const int* count,       \
        float* out, int rows, int cols, int add) {                                                               \
        way<Packed>({quants, scales}, {xq, xs, nullptr}, count, out, rows, cols, add);                           \
    }                                                                                                            \
    KERNEL_EXPORT(name)

GEMM_SCALED(gemm_q8_0_t128, large_integer_gemm, Q8_0, int8_t, 2);
GEMM_SCALED(gemm_q4_0_t128, large_integer_gemm, Q4_0, uint8_t, 2);
GEMM_SCALED(gemm_q8_0_t32, small_integer_gemm, Q8_0, int8_t, 2);
GEMM_SCALED(gemm_q4_0_t32, small_integer_gemm, Q4_0, uint8_t, 2);

#define GEMM_Q4_K(name, way, blocks)                                                                             \
    KERNEL(GEMM_THREADS, blocks)                                                                                 \
    void name(                                                                                                   \
        const uint8_t* quants, const uint8_t* mults, const uint16_t* supers, const int8_t* xq, const float* xs,  \
        const float* xsum, const int* count, float* out, int rows, int cols, int add) {                          \
        way<Q4_K>({quants, mults, supers}, {xq, xs, xsum}, count, out, rows, cols, add);                         \
    }                                                                                                            \
    KERNEL_EXPORT(name)

#define GEMM_Q6_K(name, way, blocks)                                                                             \
    KERNEL(GEMM_THREADS, blocks)                                                                                 \
    void name(                                                                                                   \
        const int8_t* quants, const int8_t* mults, const uint16_t* supers, const int8_t* xq, const float* xs,    \
        const int* count, float* out, int rows, int cols, int add) {                                             \
        way<Q6_K>({quants, mults, supers}, {xq, xs, nullptr}, count, out, rows, cols, add);                      \
    }                                                                                                            \
    KERNEL_EXPORT(name)

GEMM_Q4_K(gemm_q4_k_t128, large_integer_gemm, 2);
GEMM_Q6_K(gemm_q6_k_t128, large_integer_gemm, 2);
GEMM_Q4_K(gemm_q4_k_t32, small_integer_gemm, 2);
GEMM_Q6_K(gemm_q6_k_t32, small_integer_gemm, 1);

// Products of the rows of experts, as in experts.cu. Grid (rows / 32, tiles).
#define GEMM_EXPERTS(name, Packed, blocks)                                                                       \
    KERNEL(GEMM_THREADS, blocks)                                                                                 \
    void name(                                                                                                   \
        const Packed* experts, const ExpertRows* tiles, const int8_t* xq, const float* xs, const float* xsum,    \
        float* out, int rows, int cols) {                                                                        \
        const ExpertRows& reads = tiles[blockIdx.y];                                                             \
        if (reads.empty()) return;                                                                               \
        const auto tile = GemmTile<SmallTile::SIDE>::of(rows, reads);                                            \
        small_integer_tile(tile, experts[reads.expert], {xq, xs, xsum}, out, cols, 0);                           \
    }                                                                                                            \
    KERNEL_EXPORT(name)

GEMM_EXPERTS(experts_q8_0_t32, Q8_0, 2);
GEMM_EXPERTS(experts_q4_0_t32, Q4_0, 2);
GEMM_EXPERTS(experts_q4_k_t32, Q4_K, 2);
GEMM_EXPERTS(experts_q6_k_t32, Q6_K, 1);
