// SPDX-License-Identifier: Apache-2.0
// Products of few tokens with weights of 16 bits. Grid (tokens / 32, rows / 128, parts), block 256; cols % 64 == 0.
#include "experts.cuh"
#include "few_tokens.cuh"

// The blocks of a tile have a part of its columns each. If there is more than one, `out` is [part][token][row], for join_parts.
template <class Weights>
DEVICE void gemm_few(
    const uint16_t* w, const ActivationTiles& x, const int* count, float* out, int rows, int cols, int stride, int add,
    int most) {
    grid_launch();
    FewProduct<Weights> product(w, blockIdx.y * FEW_ROWS, rows, stride, ChunkRange::part(cols, blockIdx.z, gridDim.z));
    grid_wait();
    const FewTile tile = FewTile::of(rows, *count);
    if (tile.empty()) return;
    float* part = out + static_cast<long long>(blockIdx.z) * most * rows;
    product.run(tile, x, cols, [=](int row, int token, float sum) {
        float* to = part + static_cast<long long>(token) * rows + row;
        *to = add ? *to + sum : sum;
    });
}

#define GEMM_FEW(name, Weights)                                                                                  \
    KERNEL(FEW_THREADS, 2)                                                                                       \
    void name(                                                                                                   \
        const uint16_t* w, const uint16_t* tiles, const float* scales, const int* count, float* out, int rows,   \
        int cols, int stride, int add, int most) {                                                               \
        gemm_few<Weights>(w, {tiles, scales}, count, out, rows, cols, stride, add, most);                        \
    }                                                                                                            \
    KERNEL_EXPORT(name)

GEMM_FEW(gemm_f16_t32, F16Weights);
GEMM_FEW(gemm_bf16_t32, BF16Weights);

// out[token][row] = or += the sum over parts[part][most tokens][row], in their order. Grid (rows / 256, most), block 256.
// Reads 4 bytes of each part for an addition; they are in the cache.
KERNEL(FEW_THREADS)
void join_parts(const float* parts, const int* count, float* out, int rows, int add, int most, int number) {
    grid_launch();
    grid_wait();
    const int token = blockIdx.y;
    const int row = blockIdx.x * FEW_THREADS + threadIdx.x;
    if (token >= *count || row >= rows) return;
    const long long at = static_cast<long long>(token) * rows + row;
    float sum = 0;
    for (int i = 0; i < number; i++) sum += parts[static_cast<long long>(i) * most * rows + at];
    out[at] = add ? out[at] + sum : sum;
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
