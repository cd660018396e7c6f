// SPDX-License-Identifier: Apache-2.0
// Causal grouped-query attention of single rows over pages, with positions split among blocks whose results are combined afterwards.
// Per row, key/value head and position: 4 head_dim bytes of halves, 4 head_dim multiplications for each query head.
#include "softmax.cuh"

#define ATTENTION_WARPS 4
#define ATTENTION_THREADS (ATTENTION_WARPS * LANES)
// Query heads that a warp computes at once, and how wide a head may be.
#define WARP_HEADS 4
#define WIDEST 256

// What a block sees: positions begin <= p < end, from a page's start `from` on.
struct Span {
    int from, begin, end;

    // The pages from that of the first position (of the chunk) to that of the row, as many for each split.
    DEVICE static Span of(int position, int chunk, int split, int splits) {
        const int first = chunk > 0 ? position / chunk * chunk : 0;
        const int first_page = first / PAGE_TOKENS;
        const int pages = position / PAGE_TOKENS + 1 - first_page;
        const int share = (pages + splits - 1) / splits;
        const int from = (first_page + split * share) * PAGE_TOKENS;
        const int to = from + share * PAGE_TOKENS;
        return {from, first > from ? first : from, to < position + 1 ? to : position + 1};
    }
};

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

// What a warp computes: its lanes form groups that each have a position at a time.
template <class Element, class Lanes>
struct WarpAttention {
    static constexpr int GROUPS = LANES / Lanes::GROUP;
    static constexpr int DEEP = Lanes::DEEP;
    static constexpr int STEP = GROUPS * DEEP;
    using Eight = typename Lanes::Eight;

    KvHead<const Element> kv;
    long long value_distance;
    int heads;
    float query[WARP_HEADS][EACH];
    Softmax softmax[WARP_HEADS];

    DEVICE WarpAttention(const KvHead<const Element>& kv, long long value_distance, int heads)
        : kv(kv), value_distance(value_distance), heads(heads) {}

    DEVICE void begin(const float* q, float scale) {
        UNROLL
        for (int h = 0; h < WARP_HEADS; h++) {
            softmax[h] = Softmax::empty();
            UNROLL
            for (int i = 0; i < EACH; i++) {
                const bool has = h < heads && Lanes::has(i, kv.head_dim);
                query[h][i] = has ? scale * q[h * kv.head_dim + Lanes::element(i, kv.head_dim)] : 0.0f;
            }
        }
    }

    DEVICE void attend(const Span& span, int turn, int turns) {
        for (int p = span.from + turn * STEP; p < span.end; p += turns * STEP) {
            const Element* keys = kv.token(p);
            Eight k[DEEP], v[DEEP];
            bool seen[DEEP];
            UNROLL
            for (int u = 0; u < DEEP; u++) {
                const int token = u * GROUPS + lane_index() / Lanes::GROUP;
                const Element* key = keys + token * kv.head_dim;
                seen[u] = p + token >= span.begin && p + token < span.end;
                k[u] = seen[u] ? Lanes::load(key, kv.head_dim) : Lanes::zero();
                v[u] = seen[u] ? Lanes::load(key + value_distance, kv.head_dim) : Lanes::zero();
            }
            weigh(k, v, seen);
        }
    }

    DEVICE void weigh(const Eight (&k)[DEEP], const Eight (&v)[DEEP], const bool (&seen)[DEEP]) {
        float weights[DEEP][WARP_HEADS];
        UNROLL
        for (int u = 0; u < DEEP; u++) scores(k[u], weights[u]);
        UNROLL
        for (int h = 0; h < WARP_HEADS; h++) {
            float max = softmax[h].max;
            UNROLL
            for (int u = 0; u < DEEP; u++) max = seen[u] ? fmaxf(max, weights[u][h]) : max;
            softmax[h].raise(max);
            UNROLL
            for (int u = 0; u < DEEP; u++) weights[u][h] = seen[u] ? dexp(weights[u][h] - max) : 0.0f;
        }
        UNROLL
        for (int u = 0; u < DEEP; u++) {
            float value[EACH];
            Lanes::unpack(v[u], value);
            UNROLL
            for (int h = 0; h < WARP_HEADS; h++) softmax[h].add(weights[u][h], value);
        }
    }

    DEVICE void scores(const Eight& packed, float (&score)[WARP_HEADS]) {
        float key[EACH];
        Lanes::unpack(packed, key);
        UNROLL
        for (int h = 0; h < WARP_HEADS; h++) {
            score[h] = 0;
            UNROLL
            for (int i = 0; i < EACH; i++) score[h] = fmaf(query[h][i], key[i], score[h]);
            UNROLL
            for (int mask = Lanes::GROUP / 2; mask > 0; mask /= 2) score[h] += shfl_xor(score[h], mask);
        }
    }

    // Joins the groups of the warp, and puts {result, max, sum} of each head to shared memory.
    DEVICE void end(float* to) {
        UNROLL
        for (int h = 0; h < WARP_HEADS; h++) {
            UNROLL
            for (int mask = Lanes::GROUP; mask < LANES; mask *= 2) softmax[h].join(mask);
            if (h >= heads) continue;
            float* part = to + h * (WIDEST + 2);
            if (lane_index() < Lanes::GROUP) {
                UNROLL
                for (int i = 0; i < EACH; i++) {
                    if (Lanes::has(i, kv.head_dim)) part[Lanes::element(i, kv.head_dim)] = softmax[h].result[i];
                }
            }
            if (lane_index() == 0) part[WIDEST] = softmax[h].max, part[WIDEST + 1] = softmax[h].sum;
        }
    }
};

// Joins parts of `count` {result of head_dim, ..., max, sum}: element d of the result, the maximum, and the sum.
struct Joined {
    float result, max, sum;

    DEVICE static Joined of(const float* parts, int count, long long stride, int d, int factors) {
        Joined all = {0, -INFINITY, 0};
        for (int i = 0; i < count; i++) all.max = fmaxf(all.max, parts[i * stride + factors]);
        for (int i = 0; i < count; i++) {
            const float* part = parts + i * stride;
            const float factor = rescale(part[factors], all.max);
            all.result = fmaf(factor, part[d], all.result);
            all.sum = fmaf(factor, part[factors + 1], all.sum);
        }
        return all;
    }
};

struct Attention {
    const float* q;
    const int* count;
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

    DEVICE int row() const { return blockIdx.y; }
    DEVICE int group() const { return heads / kv_heads; }
    DEVICE long long head(int h) const { return static_cast<long long>(row()) * heads + blockIdx.x * group() + h; }

    template <class Element>
    DEVICE KvHead<const Element> kv() const {
        const Element* layer =
            static_cast<const Element*>(pool) + layer_offset + blockIdx.x * kv_head_elements(head_dim);
        const int* pages = page_tables + static_cast<long long>(sequence_of_row[row()]) * max_pages;
        return {layer, pages, page_elements, head_dim};
    }

    template <class Element, class Lanes>
    DEVICE void attend(const Span& span, const WarpShare& share, float* parts) const {
        WarpAttention<Element, Lanes> warp(kv<Element>(), kv_heads * kv_head_elements(head_dim), share.heads);
        warp.begin(q + head(share.first_head) * head_dim, scale);
        warp.attend(span, share.turn, share.turns);
        warp.end(parts + warp_index() * WARP_HEADS * (WIDEST + 2));
    }

    // partials [row][head][split]{result, max, sum}
    DEVICE void store(int turns, const float* parts) const {
        const int items = head_dim + 2;
        for (int i = threadIdx.x; i < group() * items; i += ATTENTION_THREADS) {
            const int h = i / items;
            const int d = i % items;
            const float* first = parts + (h / WARP_HEADS * turns * WARP_HEADS + h % WARP_HEADS) * (WIDEST + 2);
            const Joined all = Joined::of(first, turns, WARP_HEADS * (WIDEST + 2), d < head_dim ? d : 0, WIDEST);
            float* to = partials + (head(h) * splits + blockIdx.z) * items;
            to[d] = d < head_dim ? all.result : d == head_dim ? all.max : all.sum;
        }
    }

    template <class Element>
    DEVICE void run() const {
        SHARED(float, parts, ATTENTION_WARPS * WARP_HEADS * (WIDEST + 2));
        if (row() >= *count) return;
        const Span span = Span::of(positions[row()], chunk, blockIdx.z, splits);
        const WarpShare share = WarpShare::of(group(), warp_index());
        if (share.heads > 0) {
            if (head_dim == 128) {
                attend<Element, NeighbourLanes<Element, 128>>(span, share, parts);
            } else if (head_dim == 64) {
                attend<Element, NeighbourLanes<Element, 64>>(span, share, parts);
            } else {
                attend<Element, TurnLanes<Element>>(span, share, parts);
            }
        }
        block_sync();
        store(share.turns, parts);
    }
};

#define ATTENTION(name, Element)                                                                              \
    KERNEL(ATTENTION_THREADS)                                                                                 \
    void name(                                                                                                \
        const float* q, const int* count, const int* positions, const int* sequence_of_row,                   \
        const int* page_tables, int max_pages, const void* pool, long long page_elements,                     \
        long long layer_offset_elements, int heads, int kv_heads, int head_dim, float scale, int chunk,       \
        int splits, float* partials) {                                                                        \
        Attention{q, count, positions, sequence_of_row, page_tables, max_pages, pool, page_elements,          \
                  layer_offset_elements, heads, kv_heads, head_dim, scale, chunk, splits, partials}           \
            .run<Element>();                                                                                  \
    }                                                                                                         \
    KERNEL_EXPORT(name)

// Grid (key/value heads, rows, splits). At most 16 query heads for a key/value head, and 256 elements of a head.
ATTENTION(attention_f16, uint16_t);
ATTENTION(attention_f32, float);

// Grid (heads, rows).
KERNEL(ATTENTION_THREADS)
void attention_combine(const float* partials, const int* count, int heads, int head_dim, int splits, float* out) {
    if (static_cast<int>(blockIdx.y) >= *count) return;
    const long long head = static_cast<long long>(blockIdx.y) * heads + blockIdx.x;
    const int items = head_dim + 2;
    for (int d = threadIdx.x; d < head_dim; d += ATTENTION_THREADS) {
        const Joined all = Joined::of(partials + head * splits * items, splits, items, d, head_dim);
        out[head * head_dim + d] = all.result * (1.0f / all.sum);
    }
}
KERNEL_EXPORT(attention_combine);
