// SPDX-License-Identifier: Apache-2.0
// Writes keys and values of a layer to the pages of their sequences. Grid (key/value heads, rows), block 128.
#include "kv.cuh"

#define WRITE_THREADS 128

template <class Element>
DEVICE void write_kv(
    const float* k,
    const float* v,
    const int* count,
    const int* positions,
    const int* sequence_of_row,
    const int* page_tables,
    int max_pages,
    Element* pool,
    long long page_elements,
    long long layer_offset,
    int kv_heads,
    int head_dim) {
    const int row = blockIdx.y;
    grid_launch();
    grid_wait();
    if (row >= *count) return;
    const int head = blockIdx.x;
    const int* pages = page_tables + static_cast<long long>(sequence_of_row[row]) * max_pages;
    Element* layer = pool + layer_offset + head * kv_head_elements(head_dim);
    Element* keys = KvHead<Element>{layer, pages, page_elements, head_dim}.token(positions[row]);
    Element* values = keys + kv_heads * kv_head_elements(head_dim);
    const long long from = (static_cast<long long>(row) * kv_heads + head) * head_dim;
    for (int d = threadIdx.x; d < head_dim; d += WRITE_THREADS) {
        kv_encode(k[from + d], keys + d);
        kv_encode(v[from + d], values + d);
    }
}

#define WRITE_KV(name, Element)                                                                                \
    KERNEL(WRITE_THREADS)                                                                                      \
    void name(                                                                                                 \
        const float* k, const float* v, const int* count, const int* positions, const int* sequence_of_row,    \
        const int* page_tables, int max_pages, void* pool, long long page_elements,                            \
        long long layer_offset_elements, int kv_heads, int head_dim) {                                         \
        write_kv<Element>(                                                                                     \
            k, v, count, positions, sequence_of_row, page_tables, max_pages, static_cast<Element*>(pool),      \
            page_elements, layer_offset_elements, kv_heads, head_dim);                                         \
    }                                                                                                          \
    KERNEL_EXPORT(name)

WRITE_KV(write_kv_f16, uint16_t);
WRITE_KV(write_kv_f32, float);
