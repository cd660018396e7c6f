// SPDX-License-Identifier: Apache-2.0
// Causal grouped-query attention of many rows of a sequence over pages of halves, on tensor cores (arXiv 2307.08691). A block has 64 slots, rows
// times heads of a group; each of its warps has 16. While keys are multiplied their values are on the way, and the next keys while values are.
//
// Queries and weights are sums of two halves, each of which is multiplied with keys and values, halves themselves. Tensor cores cut off what they
// add up, so that they add no more than what a block of 64 positions has.
// For a block and 64 positions: 256 head_dim bytes, 2 * 2 * 64 * 64 * head_dim multiplications, and 64 * 64 powers.
#include "halves.cuh"
#include "prompt_tile.cuh"
#include "rounding.cuh"
#include "row_scale.cuh"

#define LOG2E 1.4426950408889634f
// Weights are that many powers of two larger than 1 at most, so that the lower halves of small ones aren't lost.
#define WEIGHT_BITS 14.0f

// A 16 x 16 fragment of numbers of 22 bits.
struct SplitFragment {
    uint32_t upper[4], lower[4];

    // Its i-th pair of neighbours.
    DEVICE void set(int i, float first, float second) {
        upper[i] = float2_to_half2(first, second);
        const float2 kept = half2_to_float2(upper[i]);
        lower[i] = float2_to_half2(first - kept.x, second - kept.y);
    }
};

// Adds the products of a fragment with two neighbouring ones of 8 columns, lower halves first; to other sums than the upper ones', if they differ.
DEVICE void multiply(const SplitFragment& a, const uint32_t (&b)[4], float (&lower)[2][4], float (&upper)[2][4]) {
    const uint32_t columns[2][2] = {{b[0], b[1]}, {b[2], b[3]}};
    UNROLL
    for (int n = 0; n < 2; n++) mma_f16_16816(lower[n], a.lower, columns[n]);
    UNROLL
    for (int n = 0; n < 2; n++) mma_f16_16816(upper[n], a.upper, columns[n]);
}

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
    Sight sights[2];
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
    DEVICE void mask(int from, Scores& scores) const {
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
            // The compiler would fetch more values at once than there are registers for.
            warp_sync();
            float products[2][4] = {};
            UNROLL
            for (int k = 0; k < KEYS / 16; k++) {
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

    // The lane's i-th slot's results.
    DEVICE void store(int i, float* head) const {
        UNROLL
        for (int n = 0; n < DIM / 8; n++) {
            float* to = head + n * 8 + lane_index() % 4 * 2;
            *reinterpret_cast<float2*>(to) = make_float2(results[n][2 * i] * sums[i], results[n][2 * i + 1] * sums[i]);
        }
    }
};

struct PromptAttention {
    const float* q;
    const int* positions;
    const int* page_tables;
    int max_pages;
    const uint16_t* pool;
    long long page_elements, layer_offset;
    int heads, kv_heads;
    float scale;
    int chunk;
    float* out;

    DEVICE int group() const { return heads / kv_heads; }

    DEVICE Slot slot(const PromptTile& tile, int i) const {
        return Slot::of(warp_index() * 16 + i * 8 + lane_index() / 4, group(), tile.rows);
    }

    // Elements before a slot's head.
    DEVICE long long head_of(const PromptTile& tile, const Slot& slot, int head_dim) const {
        return (static_cast<long long>(tile.row + slot.row) * heads + blockIdx.x * group() + slot.head) * head_dim;
    }

    DEVICE KvHead<const uint16_t> kv(const PromptTile& tile, int head_dim) const {
        return {pool + layer_offset + blockIdx.x * kv_head_elements(head_dim),
                page_tables + static_cast<long long>(tile.sequence) * max_pages, page_elements, head_dim};
    }

    template <int DIM>
    DEVICE void attend(const PromptTile& tile) const {
        using Block = KvBlock<DIM>;
        SHARED(uint16_t, keys, Block::SIZE);
        SHARED(uint16_t, values, Block::SIZE);
        SHARED(uint32_t, lower, PromptQueries<DIM>::LOWER_SIZE);
        const KvHead<const uint16_t> kv = this->kv(tile, DIM);
        const long long to_values = kv_heads * kv_head_elements(DIM);
        const int first = positions[tile.row];
        const Sight low = Sight::of(first, chunk), high = Sight::of(first + tile.rows - 1, chunk);
        int from = low.begin / PAGE_TOKENS * PAGE_TOKENS;
        Block::copy(keys, kv, 0, from, high.end);
        PromptSoftmax<DIM> softmax;
        softmax.begin(lower);
        UNROLL
        for (int i = 0; i < 2; i++) {
            const Slot slot = this->slot(tile, i);
            softmax.sights[i] = Sight::of(first + slot.row, chunk);
            softmax.queries.load(i, q + head_of(tile, slot, DIM), scale * LOG2E);
        }
        for (; from < high.end; from += KEYS) {
            typename PromptSoftmax<DIM>::Scores scores;
            float factors[2];
            cp_async_wait<0>();
            block_sync();
            Block::copy(values, kv, to_values, from, high.end);
            softmax.score(keys, scores);
            if (from < high.begin || from + KEYS > low.end) softmax.mask(from, scores);
            softmax.weigh(scores, factors);
            cp_async_wait<0>();
            block_sync();
            if (from + KEYS < high.end) Block::copy(keys, kv, 0, from + KEYS, high.end);
            softmax.add(values, scores, factors);
        }
        softmax.end();
        UNROLL
        for (int i = 0; i < 2; i++) {
            const Slot slot = this->slot(tile, i);
            if (slot.stored) softmax.store(i, out + head_of(tile, slot, DIM));
        }
    }
};

// Grid (key/value heads, tiles); at most 64 query heads for a key/value head. Sequences of fewer than `least` rows are left out.
#define ATTENTION_PROMPT(name, DIM)                                                                              \
    KERNEL(PROMPT_THREADS, 2)                                                                                    \
    void name(                                                                                                   \
        const float* q, const int* sequences, const int* sequence_starts, int least, const int* positions,       \
        const int* page_tables, int max_pages, const void* pool, long long page_elements,                        \
        long long layer_offset_elements, int heads, int kv_heads, float scale, int chunk, float* out) {          \
        const PromptTile tile =                                                                                  \
            PromptTile::of(sequence_starts, *sequences, least, SLOTS / (heads / kv_heads), blockIdx.y);          \
        if (tile.rows == 0) return;                                                                              \
        PromptAttention{q, positions, page_tables, max_pages, static_cast<const uint16_t*>(pool), page_elements, \
                        layer_offset_elements, heads, kv_heads, scale, chunk, out}                               \
            .attend<DIM>(tile);                                                                                  \
    }                                                                                                            \
    KERNEL_EXPORT(name)

ATTENTION_PROMPT(attention_prompt_d64, 64);
ATTENTION_PROMPT(attention_prompt_d128, 128);
