// SPDX-License-Identifier: Apache-2.0
// Causal grouped-query attention of many rows of a sequence over pages of halves, on tensor cores (arXiv 2307.08691). A block has 64 slots, rows
// times heads of a group; each of its warps has 16. While keys are multiplied their values are on the way, and the next keys while values are.
// For a block and 64 positions: 256 head_dim bytes, 2 * 2 * 64 * 64 * head_dim multiplications (queries and weights are two halves each), and
// 64 * 64 powers.
#include "prompt_softmax.cuh"

#define LOG2E 1.4426950408889634f

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

    DEVICE int group() const { return heads / kv_heads; }

    DEVICE Slot slot(const PromptTile& tile, int i) const {
        return Slot::of(warp_index() * 16 + i * 8 + lane_index() / 4, group(), tile.rows);
    }

    // Elements before the tile's first row, and from there to a slot's head.
    DEVICE long long begin_of(const PromptTile& tile, int head_dim) const {
        return static_cast<long long>(tile.row) * heads * head_dim;
    }
    DEVICE int head_of(const Slot& slot, int head_dim) const {
        return (slot.row * heads + static_cast<int>(blockIdx.x) * group() + slot.head) * head_dim;
    }

    DEVICE KvHead<const uint16_t> kv(const PromptTile& tile, int head_dim) const {
        return {pool + layer_offset + blockIdx.x * kv_head_elements(head_dim),
                page_tables + static_cast<long long>(tile.sequence) * max_pages, page_elements, head_dim};
    }

    // Calls store(softmax, i, at, stored) for the lane's slots, when all is computed.
    template <int DIM, class Store>
    DEVICE void attend(const PromptTile& tile, Store store) const {
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
            softmax.positions[i] = first + slot.row;
            softmax.queries.load(i, q + begin_of(tile, DIM) + head_of(slot, DIM), scale * LOG2E);
        }
        for (; from < high.end; from += KEYS) {
            typename PromptSoftmax<DIM>::Scores scores;
            float factors[2];
            cp_async_wait<0>();
            block_sync();
            Block::copy(values, kv, to_values, from, high.end);
            softmax.score(keys, scores);
            if (from < high.begin || from + KEYS > low.end) softmax.mask(from, chunk, scores);
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
            store(softmax, i, begin_of(tile, DIM) + head_of(slot, DIM), slot.stored);
        }
    }
};

// What all kernels do.
template <int DIM, class Store>
DEVICE void attend_prompts(
    const PromptAttention& attention, const int* sequences, const int* sequence_starts, int least, Store store) {
    const int most = SLOTS / attention.group();
    const PromptTile tile = PromptTile::of(sequence_starts, *sequences, least, most, blockIdx.y);
    if (tile.rows > 0) attention.attend<DIM>(tile, store);
}

// Grid (key/value heads, tiles); at most 64 query heads for a key/value head. Sequences of fewer than `least` rows are left out.
// The second kernel is the first and quantise_q8 in one.
#define ATTENTION_PROMPT(name, name_q8, DIM)                                                                     \
    KERNEL(PROMPT_THREADS, 2)                                                                                    \
    void name(                                                                                                   \
        const float* q, const int* sequences, const int* sequence_starts, int least, const int* positions,       \
        const int* page_tables, int max_pages, const void* pool, long long page_elements,                        \
        long long layer_offset_elements, int heads, int kv_heads, float scale, int chunk, float* out) {          \
        attend_prompts<DIM>(                                                                                     \
            {q, positions, page_tables, max_pages, static_cast<const uint16_t*>(pool), page_elements,            \
             layer_offset_elements, heads, kv_heads, scale, chunk},                                              \
            sequences, sequence_starts, least,                                                                   \
            [=](const PromptSoftmax<DIM>& softmax, int i, long long at, bool stored) {                           \
                softmax.store(i, at, stored, out);                                                               \
            });                                                                                                  \
    }                                                                                                            \
    KERNEL_EXPORT(name);                                                                                         \
                                                                                                                 \
    KERNEL(PROMPT_THREADS, 2)                                                                                    \
    void name_q8(                                                                                                \
        const float* q, const int* sequences, const int* sequence_starts, int least, const int* positions,       \
        const int* page_tables, int max_pages, const void* pool, long long page_elements,                        \
        long long layer_offset_elements, int heads, int kv_heads, float scale, int chunk, float* out,            \
        int8_t* quants, float* scales, float* sums) {                                                            \
        attend_prompts<DIM>(                                                                                     \
            {q, positions, page_tables, max_pages, static_cast<const uint16_t*>(pool), page_elements,            \
             layer_offset_elements, heads, kv_heads, scale, chunk},                                              \
            sequences, sequence_starts, least,                                                                   \
            [=](const PromptSoftmax<DIM>& softmax, int i, long long at, bool stored) {                           \
                softmax.store(i, at, stored, out);                                                               \
                softmax.round(i, at, stored, {quants, scales, sums});                                            \
            });                                                                                                  \
    }                                                                                                            \
    KERNEL_EXPORT(name_q8)

ATTENTION_PROMPT(attention_prompt_d64, attention_prompt_d64_q8, 64);
ATTENTION_PROMPT(attention_prompt_d128, attention_prompt_d128_q8, 128);
