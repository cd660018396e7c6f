// SPDX-License-Identifier: Apache-2.0
// Products of few tokens with weights of 16 bits, of up to three matrices. Grid (tokens / 32, the sum of rows / 128, parts), block 256;
// cols % 64 == 0.
#include "experts.cuh"
#include "few_tokens.cuh"
#include "matrices.cuh"

using Halves = Matrix<const uint16_t*>;

// The blocks of a tile have a part of its columns each. If there is more than one, `out` is [part][token][row], for join_parts.
template <class Weights>
DEVICE void gemm_few(
    const Halves& m, int block, const ActivationTiles& x, const int* count, int cols, int stride, int add, int most) {
    grid_launch();
    const int row = block * FEW_ROWS;
    FewProduct<Weights> product(m.operand, row, m.rows, stride, ChunkRange::part(cols, blockIdx.z, gridDim.z));
    grid_wait();
    const FewTile tile = {row, m.rows, static_cast<int>(blockIdx.x) * FEW_TOKENS, *count};
    if (tile.empty()) return;
    const int rows = m.rows;
    float* part = m.out + static_cast<long long>(blockIdx.z) * most * rows;
    product.run(tile, x, cols, [=](int r, int token, float sum) {
        float* to = part + static_cast<long long>(token) * rows + r;
        *to = add ? *to + sum : sum;
    });
}

#define GEMM_FEW(name, Weights)                                                                                  \
    KERNEL(FEW_THREADS, 2)                                                                                       \
    void name(                                                                                                   \
        const uint16_t* w0, float* out0, int rows0, const uint16_t* w1, float* out1, int rows1,                  \
        const uint16_t* w2, float* out2, int rows2, const uint16_t* tiles, const float* scales,                  \
        const int* count, int cols, int stride, int add, int most) {                                             \
        of_one(Halves{w0, out0, rows0}, Halves{w1, out1, rows1}, Halves{w2, out2, rows2}, FEW_ROWS, blockIdx.y,  \
               [=](const Halves& m, int block) {                                                                 \
                   gemm_few<Weights>(m, block, {tiles, scales}, count, cols, stride, add, most);                 \
               });                                                                                               \
    }                                                                                                            \
    KERNEL_EXPORT(name)

GEMM_FEW(gemm_f16_t32, F16Weights);
GEMM_FEW(gemm_bf16_t32, BF16Weights);

// out[token][row] = or += the sum over parts[part][most tokens][row], in their order, of up to three matrices.
// Grid (the sum of rows / 256, most), block 256. Reads 4 bytes of each part for an addition; they are in the cache.
KERNEL(FEW_THREADS)
void join_parts(
    const float* parts0, float* out0, int rows0, const float* parts1, float* out1, int rows1, const float* parts2,
    float* out2, int rows2, const int* count, int add, int most, int number) {
    grid_launch();
    grid_wait();
    const int token = blockIdx.y;
    if (token >= *count) return;
    using Parts = Matrix<const float*>;
    of_one(Parts{parts0, out0, rows0}, Parts{parts1, out1, rows1}, Parts{parts2, out2, rows2}, FEW_THREADS, blockIdx.x,
           [=](const Parts& m, int block) {
               const int row = block * FEW_THREADS + threadIdx.x;
               if (row >= m.rows) return;
               const long long at = static_cast<long long>(token) * m.rows + row;
               float sum = 0;
               for (int i = 0; i < number; i++) sum += m.operand[static_cast<long long>(i) * most * m.rows + at];
               m.out[at] = add ? m.out[at] + sum : sum;
           });
}
KERNEL_EXPORT(join_parts);

// Products of the rows of experts, as in experts.cu. Grid (rows / 128, tiles).
template <class Weights>
DEVICE void gemm_few_experts(
    const uint16_t* const* experts, const ExpertRows* tiles, const ActivationTiles& x, float* out, int rows, int cols,
    int stride) {
    grid_launch();
    grid_wait();
    const ExpertRows& reads = tiles[blockIdx.y];
    if (reads.empty()) return;
    const FewTile tile = {static_cast<int>(blockIdx.x) * FEW_ROWS, rows, reads.begin, reads.end};
    FewProduct<Weights> product(experts[reads.expert], tile.row, rows, stride, ChunkRange::all(cols));
    product.run(tile, x, cols, [=](int row, int token, float sum) { out[static_cast<long long>(token) * rows + row] = sum; });
}

#define GEMM_FEW_EXPERTS(name, Weights)                                                                          \
    KERNEL(FEW_THREADS, 2)                                                                                       \
    void name(                                                                                                   \
        const uint16_t* const* experts, const ExpertRows* tiles, const uint16_t* x, const float* scales,         \
        float* out, int rows, int cols, int stride) {                                                            \
        gemm_few_experts<Weights>(experts, tiles, {x, scales}, out, rows, cols, stride);                         \
    }                                                                                                            \
    KERNEL_EXPORT(name)

GEMM_FEW_EXPERTS(experts_f16_t32, F16Weights);
GEMM_FEW_EXPERTS(experts_bf16_t32, BF16Weights);
