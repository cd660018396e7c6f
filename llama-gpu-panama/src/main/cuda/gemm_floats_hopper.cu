// SPDX-License-Identifier: Apache-2.0
// Products of many tokens with weights of 16 bits, on devices of compute capability 9.0. A block computes 128 rows of 128 tokens: each of its
// two groups of four warps 64 rows, whose weights go from memory to registers, while activations are copied to shared memory, 32 KB for 64
// columns, by one thread. Grid (tokens / 128, rows / 128, parts), block 256; the parts are as in gemm_floats_few.cu; cols % 64 == 0.
// Per chunk of 64 columns: 16 KB of weights and 32 KB of activations for 2 x 1 M multiplications, of which tensor cores make 2,048 a clock.
// They cut off what they add up, so that their sums are those of 64 columns, added up in F32: 64 additions for 8 multiplications of
// 64 x 128 x 16, while the other group multiplies.
#include "activation_tiles.cuh"
#include "half_weights.cuh"
#include "hopper.cuh"
#include "reduce.cuh"

#if defined(HOPPER) || !defined(__CUDACC__)

#define WIDE_THREADS 256
#define WIDE_ROWS 128
#define WIDE_STAGES 6
// Chunks of weights in registers beside the one that is multiplied.
#define WIDE_AHEAD 2
#define WIDE_STAGE (2 * TILE_PART)

// Stages of activations: where they are, and who waits for what. Chunk i is in stage i % WIDE_STAGES, for the (i / WIDE_STAGES)-th time.
struct WideStages {
    uint16_t* halves;
    // A stage has been filled; all warps have done with it.
    uint64_t* full;
    uint64_t* empty;
    const uint16_t* from;
    int chunks;

    DEVICE void init() const {
        if (threadIdx.x == 0) {
            for (int s = 0; s < WIDE_STAGES; s++) {
                barrier_init(full + s, 1);
                barrier_init(empty + s, WIDE_THREADS / LANES);
            }
        }
        barriers_ready();
        block_sync();
        if (threadIdx.x == 0) {
            for (int i = 0; i < WIDE_STAGES && i < chunks; i++) fill(i);
        }
        warp_sync();
    }

    DEVICE static int turn(int i) { return i / WIDE_STAGES & 1; }
    DEVICE uint16_t* stage(int i) const { return halves + i % WIDE_STAGES * WIDE_STAGE; }

    DEVICE void fill(int i) const {
        constexpr int BYTES = WIDE_STAGE * sizeof(uint16_t);
        barrier_expect(full + i % WIDE_STAGES, BYTES);
        copy_bulk(stage(i), from + static_cast<long long>(i) * WIDE_STAGE, BYTES, full + i % WIDE_STAGES);
    }

    // Fills the stage of the chunk before the last one again: the other group may be that much behind.
    DEVICE void refill(int i) const {
        const int done = i - 2;
        if (threadIdx.x == 0 && done >= 0 && done + WIDE_STAGES < chunks) {
            barrier_wait(empty + done % WIDE_STAGES, turn(done));
            fill(done + WIDE_STAGES);
        }
        warp_sync();
    }

    DEVICE void wait(int i) const { barrier_wait(full + i % WIDE_STAGES, turn(i)); }

    DEVICE void leave(int i) const {
        if (lane_index() == 0) barrier_arrive(empty + i % WIDE_STAGES);
    }
};

// The sums of 64 columns, the small products first.
DEVICE void multiply_chunk(float (&products)[64], const uint32_t (&w)[4][4], const uint16_t* stage) {
    group_begin();
    UNROLL
    for (int part = 1; part >= 0; part--) {
        UNROLL
        for (int k = 0; k < 4; k++) group_mma_f16(products, w[k], stage + part * TILE_PART + k * 16, part == 0 || k > 0);
    }
    group_end();
}

template <class Weights>
DEVICE void gemm_wide(
    const uint16_t* w, const ActivationTiles& x, const int* count, float* out, int rows, int cols, int stride, int add,
    int most) {
    DYN_SHARED(uint16_t, unaligned);
    SHARED(uint64_t, barriers, 2 * WIDE_STAGES);
    const int token = blockIdx.x * TILE_TOKENS;
    const ChunkRange range = ChunkRange::part(cols, blockIdx.z, gridDim.z);
    const int chunks = range.count;
    const WideStages stages = {
        aligned_to(unaligned, 1024), barriers, barriers + WIDE_STAGES,
        x.halves + ActivationTiles::line(token, range.first * CHUNK, cols), chunks};
    grid_launch();
    const int row = blockIdx.y * WIDE_ROWS + warp_index() * 16 + lane_index() / 4;
    const int begin = range.first * CHUNK + lane_index() % 4 * 8;
    const uint16_t* const from[2] = {
        w + static_cast<long long>(row < rows ? row : rows - 1) * stride + begin,
        w + static_cast<long long>(row + 8 < rows ? row + 8 : rows - 1) * stride + begin};
    const auto fetch = [](const uint16_t* at) { return ld128(at); };
    WeightPieces pieces[WIDE_AHEAD];
    UNROLL
    for (int d = 0; d < WIDE_AHEAD; d++) {
        if (d < chunks) pieces[d].load(from, d * CHUNK, fetch);
    }
    grid_wait();
    const int tokens = *count;
    if (token >= tokens) return;
    stages.init();
    float sums[64] = {}, products[64];
    for (int first = 0; first < chunks; first += WIDE_AHEAD) {
        UNROLL
        for (int d = 0; d < WIDE_AHEAD; d++) {
            const int i = first + d;
            if (i >= chunks) break;
            uint32_t fragments[4][4];
            pieces[d].template fragments<Weights>(fragments);
            if (i + WIDE_AHEAD < chunks) pieces[d].load(from, (i + WIDE_AHEAD) * CHUNK, fetch);
            stages.refill(i);
            stages.wait(i);
            multiply_chunk(products, fragments, stages.stage(i));
            stages.leave(i);
            UNROLL
            for (int n = 0; n < 64; n++) sums[n] += products[n];
        }
    }
    float* part = out + static_cast<long long>(blockIdx.z) * most * rows;
    UNROLL
    for (int n = 0; n < 64; n++) {
        const int r = row + n / 2 % 2 * 8;
        const int t = token + n / 4 * 8 + lane_index() % 4 * 2 + n % 2;
        if (r >= rows || t >= tokens) continue;
        const float sum = sums[n] * (x.scales[t] * Weights::UNIT);
        float* to = part + static_cast<long long>(t) * rows + r;
        *to = add ? *to + sum : sum;
    }
}

#define GEMM_WIDE(name, Weights)                                                                                 \
    KERNEL(WIDE_THREADS, 1)                                                                                      \
    void name(                                                                                                   \
        const uint16_t* w, const uint16_t* tiles, const float* scales, const int* count, float* out, int rows,   \
        int cols, int stride, int add, int most) {                                                               \
        gemm_wide<Weights>(w, {tiles, scales}, count, out, rows, cols, stride, add, most);                       \
    }                                                                                                            \
    KERNEL_EXPORT(name)

GEMM_WIDE(gemm_f16_w128, F16Weights);
GEMM_WIDE(gemm_bf16_w128, BF16Weights);

#endif
