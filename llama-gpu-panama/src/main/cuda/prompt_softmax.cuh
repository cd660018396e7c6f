// SPDX-License-Identifier: Apache-2.0
// What a warp does for attention of prompts: the products of its 16 slots with a block of keys, their softmax, and its products with values.
// Tensor cores cut off what they add up, so that they add no more than what a block of keys has.
#pragma once

#include "prompt_tile.cuh"
#include "rounding.cuh"
#include "row_scale.cuh"
#include "split_fragment.cuh"

// Weights are that many powers of two larger than 1 at most, so that the lower halves of small ones aren't lost.
#define WEIGHT_BITS 14.0f

// The queries of a warp's slots: of a lane, elements of slots lane / 4 and lane / 4 + 8, which are `scales` times what the fragments hold.
// For want of registers, lower halves are in shared memory, where each lane has its own [step][thread][4].
template <int DIM>
struct PromptQueries {
    static constexpr int STEPS = DIM / 16;
    static constexpr int LOWER_SIZE = STEPS * PROMPT_THREADS * 4;

    uint32_t upper[STEPS][4];
    uint32_t* lower;
    float scales[2];

    DEVICE uint32_t* lower_of(int k) const { return lower + (k * PROMPT_THREADS + threadIdx.x) * 4; }

    DEVICE SplitFragment fragment(int k) const {
        const uint4 four = ld128(lower_of(k));
        return {{upper[k][0], upper[k][1], upper[k][2], upper[k][3]}, {four.x, four.y, four.z, four.w}};
    }

    DEVICE void set(int k, int i, float first, float second) {
        SplitFragment pair;
        pair.set(i, first, second);
        upper[k][i] = pair.upper[i];
        lower_of(k)[i] = pair.lower[i];
    }

    // Of the lane's i-th slot.
    DEVICE void load(int i, const float* head, float scale) {
        float v[STEPS][4];
        int largest = 0;
        UNROLL
        for (int k = 0; k < STEPS; k++) {
            UNROLL
            for (int j = 0; j < 4; j += 2) {
                const uint2 two = ld64(head + k * 16 + j * 4 + lane_index() % 4 * 2);
                v[k][j] = bits_to_f32(two.x) * scale, v[k][j + 1] = bits_to_f32(two.y) * scale;
            }
            UNROLL
            for (int j = 0; j < 4; j++) largest = magnitude_bits(v[k][j]) > largest ? magnitude_bits(v[k][j]) : largest;
        }
        UNROLL
        for (int mask = 2; mask > 0; mask /= 2) {
            const int other = shfl_xor(largest, mask);
            largest = other > largest ? other : largest;
        }
        const RowScale row = RowScale::of(largest);
        scales[i] = row.scale;
        UNROLL
        for (int k = 0; k < STEPS; k++) {
            UNROLL
            for (int j = 0; j < 4; j++) v[k][j] = row.inverse == 0 ? 0 : v[k][j] * row.inverse;
            set(k, i, v[k][0], v[k][1]);
            set(k, i + 2, v[k][2], v[k][3]);
        }
    }
};

// What a warp has of the softmax: of a lane, for each of its two slots and every 8 positions or elements, those at lane % 4 * 2 and after it.
template <int DIM>
struct PromptSoftmax {
    using Block = KvBlock<DIM>;
    using Scores = float[KEYS / 8][4];

    PromptQueries<DIM> queries;
    int positions[2];
    float results[DIM / 8][4];
    float maxima[2], sums[2];

    DEVICE void begin(uint32_t* lower) {
        queries.lower = lower;
        UNROLL
        for (int n = 0; n < DIM / 8; n++) {
            UNROLL
            for (int i = 0; i < 4; i++) results[n][i] = 0;
        }
        maxima[0] = maxima[1] = -INFINITY;
        sums[0] = sums[1] = 0;
    }

    DEVICE void score(const uint16_t* keys, Scores& scores) const {
        const int lane = lane_index();
        const uint16_t* row = keys + (lane / 16 * 8 + lane % 8) * DIM;
        const int piece = (lane / 8 % 2 ^ lane % 8) * 8;
        float lower[KEYS / 16][2][4] = {}, upper[KEYS / 16][2][4] = {};
        UNROLL
        for (int k = 0; k < DIM / 16; k++) {
            const SplitFragment query = queries.fragment(k);
            UNROLL
            for (int n = 0; n < KEYS / 16; n++) {
                uint32_t b[4];
                ldmatrix_x4(b, row + n * 16 * DIM + (piece ^ k * 16));
                multiply(query, b, lower[n], upper[n]);
            }
        }
        UNROLL
        for (int n = 0; n < KEYS / 8; n++) {
            UNROLL
            for (int i = 0; i < 4; i++) scores[n][i] = upper[n / 2][n % 2][i] + lower[n / 2][n % 2][i];
        }
    }

    // Takes scores away that slots don't see, of positions from `from` on.
    DEVICE void mask(int from, int chunk, Scores& scores) const {
        const Sight sights[2] = {Sight::of(positions[0], chunk), Sight::of(positions[1], chunk)};
        UNROLL
        for (int n = 0; n < KEYS / 8; n++) {
            UNROLL
            for (int i = 0; i < 4; i++) {
                const int position = from + n * 8 + lane_index() % 4 * 2 + i % 2;
                if (!sights[i / 2].has(position)) scores[n][i] = -INFINITY;
            }
        }
    }

    // Turns scores into weights. Returns what earlier results are multiplied by.
    DEVICE void weigh(Scores& scores, float (&factors)[2]) {
        UNROLL
        for (int i = 0; i < 2; i++) {
            float largest = -INFINITY;
            UNROLL
            for (int n = 0; n < KEYS / 8; n++) largest = fmaxf(largest, fmaxf(scores[n][2 * i], scores[n][2 * i + 1]));
            UNROLL
            for (int mask = 2; mask > 0; mask /= 2) largest = fmaxf(largest, shfl_xor(largest, mask));
            const float max = fmaxf(maxima[i], largest * queries.scales[i]);
            factors[i] = maxima[i] == max ? 1.0f : dexp2(maxima[i] - max);
            maxima[i] = max;
            // Nothing is seen yet where the maximum isn't finite.
            const float base = max == -INFINITY ? 0.0f : WEIGHT_BITS - max;
            float sum = 0;
            UNROLL
            for (int n = 0; n < KEYS / 8; n++) {
                UNROLL
                for (int j = 2 * i; j < 2 * i + 2; j++) {
                    scores[n][j] = dexp2(fmaf(scores[n][j], queries.scales[i], base));
                    sum += scores[n][j];
                }
            }
            sums[i] = fmaf(sums[i], factors[i], sum);
        }
    }

    DEVICE void add(const uint16_t* values, const Scores& weights, const float (&factors)[2]) {
        const int lane = lane_index();
        const uint16_t* row = values + lane % 16 * DIM;
        const int piece = (lane / 16 ^ lane % 8) * 8;
        SplitFragment fragments[KEYS / 16];
        UNROLL
        for (int k = 0; k < KEYS / 16; k++) {
            UNROLL
            for (int i = 0; i < 4; i++) {
                const float(&pair)[4] = weights[2 * k + i / 2];
                fragments[k].set(i, pair[i % 2 * 2], pair[i % 2 * 2 + 1]);
            }
        }
        UNROLL
        for (int n = 0; n < DIM / 16; n++) {
            float products[2][4] = {};
            UNROLL
            for (int k = 0; k < KEYS / 16; k++) {
                // The compiler would fetch more values at once than there are registers for.
                if (k % 2 == 0) warp_sync();
                uint32_t b[4];
                ldmatrix_x4_trans(b, row + k * 16 * DIM + (piece ^ n * 16));
                multiply(fragments[k], b, products, products);
            }
            UNROLL
            for (int i = 0; i < 8; i++) {
                float& result = results[2 * n + i / 4][i % 4];
                result = fmaf(result, factors[i % 4 / 2], products[i / 4][i % 4]);
            }
        }
    }

    // Turns sums into what results are multiplied by.
    DEVICE void end() {
        UNROLL
        for (int i = 0; i < 2; i++) {
            UNROLL
            for (int mask = 2; mask > 0; mask /= 2) sums[i] += shfl_xor(sums[i], mask);
            sums[i] = 1.0f / sums[i];
        }
    }

    // Stores the results of the lane's i-th slot at `at` of all, unless they are computed for nothing.
    DEVICE void store(int i, long long at, bool stored, float* out) const {
        if (!stored) return;
        UNROLL
        for (int n = 0; n < DIM / 8; n++) {
            float* to = out + at + n * 8 + lane_index() % 4 * 2;
            *reinterpret_cast<float2*>(to) = make_float2(results[n][2 * i] * sums[i], results[n][2 * i + 1] * sums[i]);
        }
    }

    // Rounds them too; four lanes have a block. All lanes of a warp must come here.
    DEVICE void round(int i, long long at, bool stored, const RoundedRows& to) const {
        UNROLL
        for (int n = 0; n < DIM / 8; n += 4) {
            float v[8];
            UNROLL
            for (int j = 0; j < 8; j++) v[j] = results[n + j / 2][2 * i + j % 2] * sums[i];
            const BlockScale block = BlockScale::of(largest_of_block(v));
            int quants[8];
            int sum = 0;
            UNROLL
            for (int j = 0; j < 8; j++) {
                quants[j] = block.round(v[j]);
                sum += quants[j];
            }
            UNROLL
            for (int mask = 2; mask > 0; mask /= 2) sum += shfl_xor(sum, mask);
            if (!stored) continue;
            const long long begin = at + n * 8;
            UNROLL
            for (int j = 0; j < 8; j += 2) {
                const uint32_t pair = (static_cast<uint32_t>(quants[j]) & 0xffu) | static_cast<uint32_t>(quants[j + 1]) << 8;
                *reinterpret_cast<uint16_t*>(to.quants + begin + j * 4 + lane_index() % 4 * 2) = static_cast<uint16_t>(pair);
            }
            if (lane_index() % 4 == 0) {
                to.scales[begin / BLOCK_SIZE] = block.scale;
                to.sums[begin / BLOCK_SIZE] = block.scale * sum;
            }
        }
    }
};
