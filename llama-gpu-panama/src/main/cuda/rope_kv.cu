// SPDX-License-Identifier: Apache-2.0
// rope of queries and keys and write_kv in one: queries stay in place, keys and values go to the pages of their sequences only.
// Grid (pairs of a row of all three / 128, rows), block 128, a thread for each pair.
#include "kv.cuh"
#include "rotation.cuh"

#define ROPE_WRITE_THREADS 128

DEVICE void encode_pair(const Pair& pair, float* to) {
    to[0] = pair.even;
    to[1] = pair.odd;
}

DEVICE void encode_pair(const Pair& pair, uint16_t* to) {
    uint16_t halves[2];
    kv_encode(pair.even, halves);
    kv_encode(pair.odd, halves + 1);
    *reinterpret_cast<uint32_t*>(to) = halves[0] | static_cast<uint32_t>(halves[1]) << 16;
}

template <class Element>
struct RopeWrite {
    float* q;
    const float* k;
    const float* v;
    Rotation rotation;
    // Of the row: where the pages of its sequence keep its position.
    const int* pages;
    int position;
    Element* layer;
    long long page_elements;
    int heads, kv_heads, head_dim;

    DEVICE Element* slot(int pair) const {
        const int head = pair / rotation.pairs;
        const KvHead<Element> kv = {layer + head * kv_head_elements(head_dim), pages, page_elements, head_dim};
        return kv.token(position) + pair % rotation.pairs * 2;
    }

    DEVICE void run(int row, int pair) const {
        const int queries = heads * rotation.pairs;
        const int keys = kv_heads * rotation.pairs;
        if (pair < queries) {
            float* from = q + static_cast<long long>(row) * heads * head_dim;
            encode_pair(rotation.of(from, row, pair), from + 2 * pair);
            return;
        }
        const long long start = static_cast<long long>(row) * kv_heads * head_dim;
        const int key = pair - queries;
        const int value = key - keys;
        if (value < 0) {
            encode_pair(rotation.of(k + start, row, key), slot(key));
        } else if (value < keys) {
            const float* from = v + start + 2 * value;
            encode_pair({from[0], from[1]}, slot(value) + kv_heads * kv_head_elements(head_dim));
        }
    }
};

#define ROPE_WRITE_KV(name, Element)                                                                           \
    KERNEL(ROPE_WRITE_THREADS)                                                                                 \
    void name(                                                                                                 \
        float* q, const float* k, const float* v, const int* count, const float* cosines, const float* sines,  \
        const int* positions, const int* sequence_of_row, const int* page_tables, int max_pages, void* pool,   \
        long long page_elements, long long layer_offset_elements, int heads, int kv_heads, int head_dim) {     \
        const int row = blockIdx.y;                                                                            \
        grid_launch();                                                                                         \
        grid_wait();                                                                                           \
        if (row >= *count) return;                                                                             \
        RopeWrite<Element>{q, k, v, {cosines, sines, head_dim / 2},                                            \
                           page_tables + static_cast<long long>(sequence_of_row[row]) * max_pages,             \
                           positions[row], static_cast<Element*>(pool) + layer_offset_elements, page_elements, \
                           heads, kv_heads, head_dim}                                                          \
            .run(row, blockIdx.x * ROPE_WRITE_THREADS + threadIdx.x);                                          \
    }                                                                                                          \
    KERNEL_EXPORT(name)

ROPE_WRITE_KV(rope_write_kv_f16, uint16_t);
ROPE_WRITE_KV(rope_write_kv_f32, float);
