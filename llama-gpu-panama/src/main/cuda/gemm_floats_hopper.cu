// SPDX-License-Identifier: Apache-2.0
// Products of many tokens with weights of 16 bits, on devices of compute capability 9.0. A block computes 128 rows of 128 tokens: each of two
// groups of four warps 64 rows, whose weights go from memory to registers, while a thread of the third group has activations copied to shared
// memory. Grid (tokens / 128, rows / 128, parts), block 384; the parts are as in gemm_floats_few.cu; cols % 64 == 0.
// Per chunk of 64 columns: 16 KB of weights and 32 KB of activations for 2 x 1 M multiplications, of which tensor cores make 2,048 a clock: 48
// bytes a clock of each multiprocessor, which is about what the second cache has for all. Activations rounded to one half take half of all.
// Tensor cores cut off what they add up, so that their sums are those of 256 columns, added up in F32: 64 additions for 32 multiplications of
// 64 x 128 x 16, while the other group multiplies.
#include "activation_tiles.cuh"
#include "half_weights.cuh"
#include "hopper.cuh"
#include "reduce.cuh"

#if defined(HOPPER) || !defined(__CUDACC__)

#define WIDE_THREADS 384
#define WIDE_WORKERS 256
#define WIDE_ROWS 128
// Chunks of weights in registers, of which one is multiplied.
#define WIDE_AHEAD 2
// Chunks that tensor cores add up.
#define WIDE_RUN 4
// Registers of a thread that copies, and of one that multiplies.
#define WIDE_FEW_REGISTERS 40
#define WIDE_REGISTERS 232

// Stages of activations of HALVES halves each: where they are, and who waits for what. Chunk i is in stage i % STAGES, for the (i / STAGES)-th time.
template <int HALVES>
struct WideStages {
    static constexpr int STAGES = 12 / HALVES;
    static constexpr int STAGE = HALVES * TILE_PART;

    uint16_t* halves;
    // A stage has been filled; all warps have done with it.
    uint64_t* full;
    uint64_t* empty;

    DEVICE void init() const {
        if (threadIdx.x == 0) {
            for (int s = 0; s < STAGES; s++) {
                barrier_init(full + s, 1);
                barrier_init(empty + s, WIDE_WORKERS / LANES);
            }
        }
        barriers_ready();
        block_sync();
    }

    DEVICE static int turn(int i) { return i / STAGES & 1; }
    DEVICE uint16_t* stage(int i) const { return halves + i % STAGES * STAGE; }

    // Of one thread: has all chunks copied. Where one half is enough, it is the upper one, which comes first.
    DEVICE void fill(const uint16_t* from, int chunks) const {
        constexpr int BYTES = STAGE * sizeof(uint16_t);
        for (int i = 0; i < chunks; i++) {
            if (i >= STAGES) barrier_wait(empty + i % STAGES, turn(i - STAGES));
            barrier_expect(full + i % STAGES, BYTES);
            copy_bulk(stage(i), from + static_cast<long long>(i) * 2 * TILE_PART, BYTES, full + i % STAGES);
        }
    }

    DEVICE void wait(int i) const { barrier_wait(full + i % STAGES, turn(i)); }

    DEVICE void leave(int i) const {
        if (lane_index() == 0) barrier_arrive(empty + i % STAGES);
    }
};

// A thread's part of a product: two rows of 128 tokens. Chunk i is in pieces and fragments i % WIDE_AHEAD.
template <class Weights, int HALVES>
struct WideProduct {
    using Stages = WideStages<HALVES>;

    const uint16_t* rows[2];
    int chunks;
    WeightPieces pieces[WIDE_AHEAD];
    uint32_t fragments[WIDE_AHEAD][4][4];
    float products[64], sums[64];

    DEVICE WideProduct(const uint16_t* w, int row, int all_rows, int stride, const ChunkRange& range)
        : chunks(range.count), sums() {
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

    // Has a chunk multiplied, the small products first, which begin the sums of tensor cores or are added to them.
    DEVICE void begin(int i, int d, bool keep, const Stages& stages) {
        pieces[d].template fragments<Weights>(fragments[d]);
        stages.wait(i);
        group_begin();
        UNROLL
        for (int half = HALVES - 1; half >= 0; half--) {
            UNROLL
            for (int k = 0; k < 4; k++) {
                const uint16_t* lines = stages.stage(i) + half * TILE_PART + k * 16;
                group_mma_f16(products, fragments[d][k], lines, keep || half < HALVES - 1 || k > 0);
            }
        }
        group_commit();
        fetch(d, i + WIDE_AHEAD);
    }

    // Waits for all chunks up to this.
    DEVICE void end(int i, const Stages& stages) {
        group_wait<0>();
        stages.leave(i);
        UNROLL
        for (int n = 0; n < 64; n++) sums[n] += products[n];
    }

    DEVICE void run(const Stages& stages) {
        int i = 0;
        for (; i + WIDE_RUN <= chunks; i += WIDE_RUN) {
            begin(i, 0, false, stages);
            UNROLL
            for (int d = 1; d < WIDE_RUN; d++) {
                begin(i + d, d % WIDE_AHEAD, true, stages);
                group_wait<1>();
                stages.leave(i + d - 1);
            }
            end(i + WIDE_RUN - 1, stages);
        }
        UNROLL
        for (int d = 0; d < WIDE_RUN - 1; d++) {
            if (i + d >= chunks) break;
            begin(i + d, d % WIDE_AHEAD, false, stages);
            end(i + d, stages);
        }
    }
};

template <class Weights, int HALVES>
DEVICE void gemm_wide(
    const uint16_t* w, const ActivationTiles& x, const int* count, float* out, int rows, int cols, int stride, int add,
    int most) {
    using Stages = WideStages<HALVES>;
    DYN_SHARED(uint16_t, unaligned);
    SHARED(uint64_t, barriers, 2 * Stages::STAGES);
    const int token = blockIdx.x * TILE_TOKENS;
    const ChunkRange range = ChunkRange::part(cols, blockIdx.z, gridDim.z);
    const Stages stages = {aligned_to(unaligned, 1024), barriers, barriers + Stages::STAGES};
    grid_launch();
    stages.init();
    if (threadIdx.x >= WIDE_WORKERS) {
        give_registers<WIDE_FEW_REGISTERS>();
        grid_wait();
        if (threadIdx.x == WIDE_WORKERS && token < *count) {
            stages.fill(x.halves + ActivationTiles::line(token, range.first * CHUNK, cols), range.count);
        }
        return;
    }
    take_registers<WIDE_REGISTERS>();
    const int row = blockIdx.y * WIDE_ROWS + warp_index() * 16 + lane_index() / 4;
    WideProduct<Weights, HALVES> product(w, row, rows, stride, range);
    grid_wait();
    const int tokens = *count;
    if (token >= tokens) return;
    product.run(stages);
    float* part = out + static_cast<long long>(blockIdx.z) * most * rows;
    UNROLL
    for (int n = 0; n < 64; n++) {
        const int r = row + n / 2 % 2 * 8;
        const int t = token + n / 4 * 8 + lane_index() % 4 * 2 + n % 2;
        if (r >= rows || t >= tokens) continue;
        const float sum = product.sums[n] * (x.scales[t] * Weights::UNIT);
        float* to = part + static_cast<long long>(t) * rows + r;
        *to = add ? *to + sum : sum;
    }
}

#define GEMM_WIDE(name, Weights, HALVES)                                                                               \
    KERNEL(WIDE_THREADS, 1)                                                                                      \
    void name(                                                                                                   \
        const uint16_t* w, const uint16_t* tiles, const float* scales, const int* count, float* out, int rows,   \
        int cols, int stride, int add, int most) {                                                               \
        gemm_wide<Weights, HALVES>(w, {tiles, scales}, count, out, rows, cols, stride, add, most);                       \
    }                                                                                                            \
    KERNEL_EXPORT(name)

GEMM_WIDE(gemm_f16_w128, F16Weights, 2);
GEMM_WIDE(gemm_bf16_w128, BF16Weights, 2);
GEMM_WIDE(gemm_f16_w128_rounded, F16Weights, 1);
GEMM_WIDE(gemm_bf16_w128_rounded, BF16Weights, 1);

#endif
