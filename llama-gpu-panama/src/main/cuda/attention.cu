// SPDX-License-Identifier: Apache-2.0
// Causal grouped-query attention of single rows over pages, with positions split among blocks whose parts attention_combine joins. Rows are
// all of a step, or listed: count, positions and sequence_of_row are those of the list then.
// Per row, key/value head and position: 4 head_dim bytes of halves, 2 head_dim multiplications for each query head.
#include "listed_row.cuh"
#include "warp_attention.cuh"

#define ATTENTION_WARPS 4
#define ATTENTION_THREADS (ATTENTION_WARPS * LANES)
// Floats of shared memory: parts of each group of lanes, which for a warp and a head are at most 4 * 66 floats; weights; factors of parts.
#define PARTS_SIZE (ATTENTION_WARPS * WARP_HEADS * 264)
#define FETCHED_BYTES 128
#define FETCHED_PAGES 8
#define EXCHANGE_SIZE (2 * 4 * 20)
#define MOST_PARTS (ATTENTION_WARPS * WARP_HEADS * 4)

// How query heads of a group are dealt to warps: those with the same heads take turns with positions.
struct WarpShare {
    int first_head, heads, turn, turns;

    DEVICE static WarpShare of(int group, int warp) {
        const int parts = (group + WARP_HEADS - 1) / WARP_HEADS;
        const int turns = ATTENTION_WARPS / parts;
        const int first = warp / turns * WARP_HEADS;
        const int left = group - first;
        return {first, left < 0 ? 0 : left < WARP_HEADS ? left : WARP_HEADS, warp % turns, turns};
    }
};

// Shared memory of a block.
struct Scratch {
    float* parts;
    float* exchange;
    float* factors;
};

struct Attention {
    const float* q;
    const int* count;
    const int* rows;
    const int* positions;
    const int* sequence_of_row;
    const int* page_tables;
    int max_pages;
    const void* pool;
    long long page_elements, layer_offset;
    int heads, kv_heads, head_dim;
    float scale;
    int chunk, splits;
    float* partials;

    // Of the list.
    DEVICE int row() const { return blockIdx.y; }
    DEVICE int group() const { return heads / kv_heads; }
    DEVICE long long head(long long row, int h) const { return row * heads + blockIdx.x * group() + h; }
    DEVICE float* partial(int h) const { return partials + (head(row(), h) * splits + blockIdx.z) * (head_dim + 2); }

    template <class Element>
    DEVICE KvHead<const Element> kv() const {
        const Element* layer =
            static_cast<const Element*>(pool) + layer_offset + blockIdx.x * kv_head_elements(head_dim);
        const int* pages = page_tables + static_cast<long long>(sequence_of_row[row()]) * max_pages;
        return {layer, pages, page_elements, head_dim};
    }

    // Has the first pages fetched to the second cache, which is no reading: what kernels before this one still write will be seen.
    template <class Element>
    DEVICE void fetch_ahead() const {
        const Span span = Span::of(positions[row()], chunk, blockIdx.z, splits);
        const KvHead<const Element> head = kv<Element>();
        const int each = (kv_head_elements(head_dim) * sizeof(Element) + FETCHED_BYTES - 1) / FETCHED_BYTES;
        const int pages = (span.end - span.from + PAGE_TOKENS - 1) / PAGE_TOKENS;
        const int most = 2 * each * (pages < FETCHED_PAGES ? pages : FETCHED_PAGES);
        for (int i = threadIdx.x; i < most; i += ATTENTION_THREADS) {
            const Element* keys = head.token(span.from + i / each / 2 * PAGE_TOKENS);
            const Element* page = i / each % 2 == 0 ? keys : keys + kv_heads * kv_head_elements(head_dim);
            fetch_l2(page + i % each * (FETCHED_BYTES / sizeof(Element)));
        }
    }

    template <class Element, class Lanes>
    DEVICE void attend(const Scratch& scratch) const {
        using Warp = WarpAttention<Element, Lanes>;
        const Span span = Span::of(positions[row()], chunk, blockIdx.z, splits);
        const WarpShare share = WarpShare::of(group(), warp_index());
        if (share.heads > 0) {
            Warp warp = {kv<Element>(), kv_heads * kv_head_elements(head_dim), share.heads, span,
                         scratch.exchange + warp_index() * EXCHANGE_SIZE, {}, {}, 0, 0};
            warp.attend(q + head(listed_row(rows, row()), share.first_head) * head_dim, scale, share.turn, share.turns);
            warp.end(scratch.parts + warp_index() * Warp::GROUPS * WARP_HEADS * (head_dim + 2));
        }
        block_sync();
        store(share.turns * Warp::GROUPS, scratch.parts, scratch.factors);
    }

    // The parts of a head, which its warps' groups of lanes have left.
    DEVICE Parts of_head(int h, int count, const float* parts) const {
        const int stride = head_dim + 2;
        return {parts + (h / WARP_HEADS * count * WARP_HEADS + h % WARP_HEADS) * stride, count, WARP_HEADS * stride, head_dim};
    }

    // Joins the parts of each head, and puts them to partials [row][head][split]{result, maximum, sum}.
    DEVICE void store(int count, const float* parts, float* factors) const {
        if (static_cast<int>(threadIdx.x) < group() * count) {
            const Parts own = of_head(threadIdx.x / count, count, parts);
            factors[threadIdx.x] = rescale(own.max(threadIdx.x % count), own.max());
        }
        block_sync();
        for (int h = 0; h < group(); h++) {
            const Parts own = of_head(h, count, parts);
            float* to = partial(h);
            for (int d = threadIdx.x; d < head_dim; d += ATTENTION_THREADS) to[d] = own.joined(d, factors + h * count);
        }
        if (static_cast<int>(threadIdx.x) < group()) {
            const int h = threadIdx.x;
            const Parts own = of_head(h, count, parts);
            float* to = partial(h) + head_dim;
            to[0] = own.max();
            to[1] = own.joined(head_dim + 1, factors + h * count);
        }
    }

    template <class Element>
    DEVICE void run() const {
        SHARED(float, parts, PARTS_SIZE);
        SHARED(float, exchange, ATTENTION_WARPS * EXCHANGE_SIZE);
        SHARED(float, factors, MOST_PARTS);
        grid_launch();
        const bool inside = row() < *count;
        if (inside) fetch_ahead<Element>();
        grid_wait();
        if (!inside) return;
        const Scratch scratch = {parts, exchange, factors};
        if (head_dim == 128) {
            attend<Element, NeighbourLanes<Element, 128>>(scratch);
        } else if (head_dim == 64) {
            attend<Element, NeighbourLanes<Element, 64>>(scratch);
        } else {
            attend<Element, TurnLanes<Element>>(scratch);
        }
    }
};

#define ATTENTION(name, Element, blocks)                                                                      \
    KERNEL(ATTENTION_THREADS, blocks)                                                                         \
    void name(                                                                                                \
        const float* q, const int* count, const int* rows, const int* positions, const int* sequence_of_row,  \
        const int* page_tables, int max_pages, const void* pool, long long page_elements,                     \
        long long layer_offset_elements, int heads, int kv_heads, int head_dim, float scale, int chunk,       \
        int splits, float* partials) {                                                                        \
        Attention{q, count, rows, positions, sequence_of_row, page_tables, max_pages, pool, page_elements,    \
                  layer_offset_elements, heads, kv_heads, head_dim, scale, chunk, splits, partials}           \
            .run<Element>();                                                                                  \
    }                                                                                                         \
    KERNEL_EXPORT(name)

// Grid (key/value heads, rows, splits). At most 16 query heads for a key/value head, and 256 elements of a head.
ATTENTION(attention_f16, uint16_t, 3);
ATTENTION(attention_f32, float, 2);
