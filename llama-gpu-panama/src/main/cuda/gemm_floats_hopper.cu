// SPDX-License-Identifier: Apache-2.0
// Products of many tokens with weights of 16 bits, on devices of compute capability 9.0. A block computes 128 rows of 128 tokens, or of 256 whose
// activations are rounded to one half: each of two groups of four warps 64 rows, whose weights go from memory to registers, while a thread of the
// third group has activations copied to shared memory. Grid (tokens / 128 or 256, rows / 128, parts), block 384; the parts are as in
// gemm_floats_few.cu; cols % 64 == 0.
// Per chunk of 64 columns: 16 KB of weights and 32 KB of activations for 2 M multiplications, of which tensor cores make 2,048 a clock: 48 bytes
// a clock of each multiprocessor, which is about what the second cache has for all.
#include "activation_tiles.cuh"
#include "half_weights.cuh"
#include "hopper.cuh"
#include "reduce.cuh"

#if defined(HOPPER) || !defined(__CUDACC__)

#define WIDE_THREADS 384
#define WIDE_WORKERS 256
#define WIDE_ROWS 128
#define WIDE_STAGES 6
#define WIDE_STAGE (2 * TILE_PART)
#define WIDE_PART_BYTES (TILE_PART * 2)
// Chunks of weights in registers, of which one is multiplied.
#define WIDE_AHEAD 2
// Chunks that tensor cores add up where that matters.
#define WIDE_RUN 4
// Registers of a thread that copies, and of one that multiplies.
#define WIDE_FEW_REGISTERS 40
#define WIDE_REGISTERS 232

// Stages of activations: where they are, and who waits for what. Chunk i is in stage i % WIDE_STAGES, for the (i / WIDE_STAGES)-th time.
struct WideStages {
    uint16_t* halves;
    // A stage has been filled; all warps have done with it.
    uint64_t* full;
    uint64_t* empty;

    DEVICE void init() const {
        if (threadIdx.x == 0) {
            for (int s = 0; s < WIDE_STAGES; s++) {
                barrier_init(full + s, 1);
                barrier_init(empty + s, WIDE_WORKERS / LANES);
            }
        }
        barriers_ready();
        block_sync();
    }

    DEVICE static int turn(int i) { return i / WIDE_STAGES & 1; }
    DEVICE uint16_t* stage(int i) const { return halves + i % WIDE_STAGES * WIDE_STAGE; }

    // Of one thread: has all chunks copied, both halves of a tile.
    DEVICE void fill(const uint16_t* from, int chunks) const {
        for (int i = 0; i < chunks; i++, from += WIDE_STAGE) {
            copy_bulk(stage(i), from, 2 * WIDE_PART_BYTES, expect(i, 2 * WIDE_PART_BYTES));
        }
    }

    // The upper halves of two tiles, of which the second may not be there.
    DEVICE void fill(const uint16_t* from, int chunks, const uint16_t* second) const {
        for (int i = 0; i < chunks; i++) {
            const long long at = static_cast<long long>(i) * WIDE_STAGE;
            uint64_t* barrier = expect(i, second != nullptr ? 2 * WIDE_PART_BYTES : WIDE_PART_BYTES);
            copy_bulk(stage(i), from + at, WIDE_PART_BYTES, barrier);
            if (second != nullptr) copy_bulk(stage(i) + TILE_PART, second + at, WIDE_PART_BYTES, barrier);
        }
    }

    // Once the stage is free: where so many bytes of a chunk arrive.
    DEVICE uint64_t* expect(int i, int bytes) const {
        if (i >= WIDE_STAGES) barrier_wait(empty + i % WIDE_STAGES, turn(i - WIDE_STAGES));
        barrier_expect(full + i % WIDE_STAGES, bytes);
        return full + i % WIDE_STAGES;
    }

    DEVICE void wait(int i) const { barrier_wait(full + i % WIDE_STAGES, turn(i)); }

    DEVICE void leave(int i) const {
        if (lane_index() == 0) barrier_arrive(empty + i % WIDE_STAGES);
    }
};

// A thread's part of a product: two rows of all tokens of a block. Chunk i is in pieces and fragments i % WIDE_AHEAD.
template <class Weights>
struct WideProduct {
    const WideStages& stages;
    const uint16_t* rows[2];
    int chunks;
    WeightPieces pieces[WIDE_AHEAD];
    uint32_t fragments[WIDE_AHEAD][4][4];

    DEVICE WideProduct(
        const WideStages& stages, const uint16_t* w, int row, int all_rows, int stride, const ChunkRange& range)
        : stages(stages), chunks(range.count) {
        const int begin = range.first * CHUNK + lane_index() % 4 * 8;
        UNROLL
        for (int r = 0; r < 2; r++) {
            const long long at = row + r * 8 < all_rows ? row + r * 8 : all_rows - 1;
            rows[r] = w + at * stride + begin;
        }
        UNROLL
        for (int d = 0; d < WIDE_AHEAD; d++) fetch(d, d);
    }

    DEVICE void fetch(int d, int chunk) {
        if (chunk < chunks) pieces[d].load(rows, chunk * CHUNK, [](const uint16_t* from) { return ld128(from); });
    }

    // Has a chunk multiplied, whose products begin sums or are added to them: of 128 tokens, the small ones first; of 256.
    template <int N>
    DEVICE void begin(float (&sums)[N], int i, int d, bool keep) {
        pieces[d].template fragments<Weights>(fragments[d]);
        fetch(d, i + WIDE_AHEAD);
        stages.wait(i);
        group_begin();
        UNROLL
        for (int half = TILE_TOKENS / N - 1; half >= 0; half--) {
            UNROLL
            for (int k = 0; k < 4; k++) {
                const uint16_t* lines = stages.stage(i) + half * TILE_PART + k * 16;
                group_mma_f16(sums, fragments[d][k], lines, keep || half < TILE_TOKENS / N - 1 || k > 0);
            }
        }
        group_commit();
    }

    // The same, and waits for the chunk before it.
    template <int N>
    DEVICE void next(float (&sums)[N], int i, int d) {
        begin(sums, i, d, true);
        group_wait<1>();
        stages.leave(i - 1);
    }

    // Waits for all chunks up to this, whose sums are added to others.
    DEVICE void end(const float (&products)[64], int i, float (&sums)[64]) const {
        group_wait<0>();
        stages.leave(i);
        UNROLL
        for (int n = 0; n < 64; n++) sums[n] += products[n];
    }

    // Tensor cores cut off what they add up: their sums are those of 256 columns, added up in F32.
    DEVICE void run(float (&sums)[64]) {
        float products[64];
        UNROLL
        for (int n = 0; n < 64; n++) sums[n] = 0;
        int i = 0;
        for (; i + WIDE_RUN <= chunks; i += WIDE_RUN) {
            begin(products, i, 0, false);
            UNROLL
            for (int d = 1; d < WIDE_RUN; d++) next(products, i + d, d % WIDE_AHEAD);
            end(products, i + WIDE_RUN - 1, sums);
        }
        UNROLL
        for (int d = 0; d < WIDE_RUN - 1; d++) {
            if (i + d >= chunks) break;
            begin(products, i + d, d % WIDE_AHEAD, false);
            end(products, i + d, sums);
        }
    }

    // Of rounded activations they may be all: 3e-5 at most, of 14,336 columns.
    DEVICE void run(float (&sums)[128]) {
        begin(sums, 0, 0, false);
        int i = 1;
        for (; i + 1 < chunks; i += WIDE_AHEAD) {
            next(sums, i, 1);
            next(sums, i + 1, 0);
        }
        if (i < chunks) next(sums, i, 1);
        group_wait<0>();
    }
};

template <class Weights, int TOKENS>
DEVICE void gemm_wide(
    const uint16_t* w, const ActivationTiles& x, const int* count, float* out, int rows, int cols, int stride, int add,
    int most) {
    DYN_SHARED(uint16_t, unaligned);
    SHARED(uint64_t, barriers, 2 * WIDE_STAGES);
    const int token = blockIdx.x * TOKENS;
    const ChunkRange range = ChunkRange::part(cols, blockIdx.z, gridDim.z);
    const WideStages stages = {aligned_to(unaligned, 1024), barriers, barriers + WIDE_STAGES};
    grid_launch();
    stages.init();
    if (threadIdx.x >= WIDE_WORKERS) {
        give_registers<WIDE_FEW_REGISTERS>();
        grid_wait();
        if (threadIdx.x > WIDE_WORKERS || token >= *count) return;
        const uint16_t* first = x.halves + ActivationTiles::line(token, range.first * CHUNK, cols);
        if (TOKENS == TILE_TOKENS) {
            stages.fill(first, range.count);
        } else {
            const bool is_there = token + TILE_TOKENS < *count;
            stages.fill(first, range.count, is_there ? first + ActivationTiles::line(TILE_TOKENS, 0, cols) : nullptr);
        }
        return;
    }
    take_registers<WIDE_REGISTERS>();
    const int row = blockIdx.y * WIDE_ROWS + warp_index() * 16 + lane_index() / 4;
    WideProduct<Weights> product(stages, w, row, rows, stride, range);
    grid_wait();
    const int tokens = *count;
    if (token >= tokens) return;
    float sums[TOKENS / 2];
    product.run(sums);
    float* part = out + static_cast<long long>(blockIdx.z) * most * rows;
    UNROLL
    for (int n = 0; n < TOKENS / 2; n++) {
        const int r = row + n / 2 % 2 * 8;
        const int t = token + n / 4 * 8 + lane_index() % 4 * 2 + n % 2;
        if (r >= rows || t >= tokens) continue;
        const float sum = sums[n] * (x.scales[t] * Weights::UNIT);
        float* to = part + static_cast<long long>(t) * rows + r;
        *to = add ? *to + sum : sum;
    }
}

#define GEMM_WIDE(name, Weights, TOKENS)                                                                               \
    KERNEL(WIDE_THREADS, 1)                                                                                      \
    void name(                                                                                                   \
        const uint16_t* w, const uint16_t* tiles, const float* scales, const int* count, float* out, int rows,   \
        int cols, int stride, int add, int most) {                                                               \
        gemm_wide<Weights, TOKENS>(w, {tiles, scales}, count, out, rows, cols, stride, add, most);                       \
    }                                                                                                            \
    KERNEL_EXPORT(name)

GEMM_WIDE(gemm_f16_w128, F16Weights, 128);
GEMM_WIDE(gemm_bf16_w128, BF16Weights, 128);
GEMM_WIDE(gemm_f16_w256, F16Weights, 256);
GEMM_WIDE(gemm_bf16_w256, BF16Weights, 256);

#endif
