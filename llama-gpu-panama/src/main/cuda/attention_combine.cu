// SPDX-License-Identifier: Apache-2.0
// Joins the parts of attention's splits. Per row and head: 4 (head_dim + 2) bytes and head_dim multiplications for each split.
#include "listed_row.cuh"
#include "reduce.cuh"
#include "rounding.cuh"
#include "softmax.cuh"

#define COMBINE_THREADS 512
#define MOST_OF_SHARE 16
#define MOST_SPLITS 64

// What a thread joins of a number: the parts of every `shares`th split, all of which it fetches at once.
struct SharedNumber {
    int share, shares;
    float v[MOST_OF_SHARE];

    DEVICE void fetch(const Parts& parts, int number) {
        const float* from = parts.at(share) + number;
        const int count = number < parts.head_dim ? parts.count : 0;
        const int step = shares * parts.stride;
        UNROLL
        for (int j = 0; j < MOST_OF_SHARE; j++) v[j] = share + j * shares < count ? from[j * step] : 0.0f;
    }

    DEVICE float joined(const float* factors) const {
        float all = 0;
        UNROLL
        for (int j = 0; j < MOST_OF_SHARE; j++) all = fmaf(factors[share + j * shares], v[j], all);
        return all;
    }
};

// Puts to shared memory what a split's numbers are multiplied by, 0 for splits that there aren't. One for all warps.
DEVICE void split_factors(const Parts& parts, float* factors) {
    const int l = lane_index(), u = lane_index() + LANES;
    const float lower_max = l < parts.count ? parts.max(l) : -INFINITY;
    const float upper_max = u < parts.count ? parts.max(u) : -INFINITY;
    const float lower_sum = l < parts.count ? parts.at(l)[parts.head_dim + 1] : 0.0f;
    const float upper_sum = u < parts.count ? parts.at(u)[parts.head_dim + 1] : 0.0f;
    const float max = warp_max(fmaxf(lower_max, upper_max));
    const float lower = rescale(lower_max, max), upper = rescale(upper_max, max);
    const float scale = 1.0f / warp_sum(fmaf(lower, lower_sum, upper * upper_sum));
    if (warp_index() > 0) return;
    factors[l] = lower * scale;
    factors[u] = upper * scale;
}

// Grid (heads, rows), block: for each share of the splits, of which it has at most 16, as many threads as a head has elements, in whole warps.
// The first share's threads add up what all shares have, and give it to store(element, where).
template <class Store>
DEVICE void combine(
    const float* partials, const int* count, const int* rows, int heads, int head_dim, int splits, Store store) {
    SHARED(float, of_shares, COMBINE_THREADS);
    SHARED(float, factors, MOST_SPLITS);
    grid_launch();
    const bool inside = static_cast<int>(blockIdx.y) < *count;
    grid_wait();
    if (!inside) return;
    const long long head = static_cast<long long>(blockIdx.y) * heads + blockIdx.x;
    const Parts parts = {partials + head * splits * (head_dim + 2), splits, head_dim + 2, head_dim};
    const int numbers = (head_dim + LANES - 1) / LANES * LANES;
    const int d = threadIdx.x % numbers;
    SharedNumber own = {static_cast<int>(threadIdx.x) / numbers, static_cast<int>(blockDim.x) / numbers, {}};
    own.fetch(parts, d);
    split_factors(parts, factors);
    block_sync();
    of_shares[threadIdx.x] = own.joined(factors);
    block_sync();
    if (own.share > 0 || d >= head_dim) return;
    float all = 0;
    for (int i = threadIdx.x; i < static_cast<int>(blockDim.x); i += numbers) all += of_shares[i];
    store(all, (listed_row(rows, blockIdx.y) * heads + blockIdx.x) * head_dim + d);
}

KERNEL(COMBINE_THREADS, 3)
void attention_combine(
    const float* partials, const int* count, const int* rows, int heads, int head_dim, int splits, float* out) {
    combine(partials, count, rows, heads, head_dim, splits, [=](float v, long long at) { out[at] = v; });
}
KERNEL_EXPORT(attention_combine);

// attention_combine and quantise_q8 in one. Head_dim % 32 == 0.
KERNEL(COMBINE_THREADS, 3)
void attention_combine_q8(
    const float* partials,
    const int* count,
    const int* rows,
    int heads,
    int head_dim,
    int splits,
    float* out,
    int8_t* quants,
    float* scales,
    float* sums) {
    combine(partials, count, rows, heads, head_dim, splits, [=](float v, long long at) {
        out[at] = v;
        const float only[1] = {v};
        round_block(only, at, true, {quants, scales, sums});
    });
}
KERNEL_EXPORT(attention_combine_q8);
