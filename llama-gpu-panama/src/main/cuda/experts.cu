// SPDX-License-Identifier: Apache-2.0
// The mixture of experts: choices brought in the order of experts, and products of a few rows of each expert with its matrix.
#include "experts.cuh"
#include "float_product.cuh"
#include "integer_product.cuh"

#define GROUP_THREADS 1024
#define MOST_EXPERTS 2048

// order[place] becomes the choice that comes there, places[choice] its place, tiles up to `side` rows of one expert, those left over empty.
// One block, a thread for an expert, and one for what is chosen by nobody. Each reads all choices twice, as all others do at the time: about
// 5 us for 1024 of them.
KERNEL(GROUP_THREADS)
void group_experts(
    const ExpertRows* choices, const int* count, int experts, int side, int* order, int* places, ExpertRows* tiles,
    int most_tiles) {
    grid_launch();
    grid_wait();
    SHARED(int, chosen_by, MOST_EXPERTS + 1);
    const int all = *count;
    for (int e = threadIdx.x; e <= experts; e += GROUP_THREADS) {
        int rows = 0;
        for (int i = 0; i < all; i++) rows += choices[i].expert == e;
        chosen_by[e] = rows;
    }
    block_sync();
    for (int e = threadIdx.x; e <= experts; e += GROUP_THREADS) {
        int begin = 0, tile = 0;
        for (int before = 0; before < e; before++) {
            begin += chosen_by[before];
            tile += (chosen_by[before] + side - 1) / side;
        }
        int end = begin;
        for (int i = 0; i < all; i++) {
            if (choices[i].expert == e) order[end] = i, places[i] = end++;
        }
        if (e < experts) {
            for (; begin < end; begin += side) tiles[tile++] = {e, begin, end, 0};
        } else {
            for (; tile < most_tiles; tile++) tiles[tile] = {0, 0, 0, 0};
        }
    }
}
KERNEL_EXPORT(group_experts);

// Products: out[place] = w of its expert x[place]. `experts` holds where the matrices are. Grid (rows / 4, tiles), block 128. Each tile reads the
// matrix once, and has the bits that its rows have by themselves.

template <int T>
DEVICE Tile<T> tile_of(const ExpertRows& reads, int rows) {
    return {static_cast<int>(blockIdx.x) * PRODUCT_ROWS, rows, reads.begin, 0};
}

#define EXPERTS_INTEGERS(name, Packed, T, blocks)                                                                \
    KERNEL(PRODUCT_THREADS, blocks)                                                                              \
    void name(                                                                                                   \
        const Packed* experts, const ExpertRows* tiles, const int8_t* xq, const float* xs, const float* xsum,    \
        float* out, int rows, int cols) {                                                                        \
        grid_launch();                                                                                           \
        grid_wait();                                                                                             \
        const ExpertRows& reads = tiles[blockIdx.y];                                                             \
        if (reads.empty()) return;                                                                               \
        integer_tile(                                                                                            \
            tile_of<T>(reads, rows), experts[reads.expert], {xq, xs, xsum}, &reads.end, out, cols, 0);           \
    }                                                                                                            \
    KERNEL_EXPORT(name)

#define EXPERTS_FLOATS(name, Row, T, blocks)                                                                     \
    KERNEL(PRODUCT_THREADS, blocks)                                                                              \
    void name(                                                                                                   \
        const Row::Element* const* experts, const ExpertRows* tiles, const float* x, float* out, int rows,       \
        int cols, int stride) {                                                                                  \
        grid_launch();                                                                                           \
        grid_wait();                                                                                             \
        const ExpertRows& reads = tiles[blockIdx.y];                                                             \
        if (reads.empty()) return;                                                                               \
        float_tile<Row>(tile_of<T>(reads, rows), experts[reads.expert], x, &reads.end, out, cols, stride, 0);    \
    }                                                                                                            \
    KERNEL_EXPORT(name)

EXPERTS_INTEGERS(experts_q8_0_t1, Q8_0, 1, 5);
EXPERTS_INTEGERS(experts_q8_0_t8, Q8_0, 8, 4);
EXPERTS_INTEGERS(experts_q4_0_t1, Q4_0, 1, 6);
EXPERTS_INTEGERS(experts_q4_0_t8, Q4_0, 8, 4);
EXPERTS_INTEGERS(experts_q4_k_t1, Q4_K, 1, 6);
EXPERTS_INTEGERS(experts_q4_k_t8, Q4_K, 8, 2);
EXPERTS_INTEGERS(experts_q6_k_t1, Q6_K, 1, 6);
EXPERTS_INTEGERS(experts_q6_k_t8, Q6_K, 8, 4);
EXPERTS_FLOATS(experts_f32_t1, F32Row, 1, 4);
EXPERTS_FLOATS(experts_f32_t8, F32Row, 8, 4);
EXPERTS_FLOATS(experts_f16_t1, F16Row, 1, 6);
EXPERTS_FLOATS(experts_f16_t8, F16Row, 8, 3);
EXPERTS_FLOATS(experts_bf16_t1, BF16Row, 1, 6);
EXPERTS_FLOATS(experts_bf16_t8, BF16Row, 8, 3);
