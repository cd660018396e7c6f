// SPDX-License-Identifier: Apache-2.0
// What a warp does for the attention of up to four query heads that share keys and values.
#pragma once

#include "four.cuh"
#include "head_lanes.cuh"
#include "softmax.cuh"

#define WARP_HEADS 4

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

    DEVICE bool has(int position) const { return position >= begin && position < end; }
};

// The lanes form groups that have DEEP positions each at a time. Every lane has eight elements of the queries, of its group's keys and values
// and of the results. Of the group's DEEP * 4 scores, which are sums over its lanes, a lane gets MINE, of one query head, and keeps the
// largest and the sum for it; from there weights go back to all lanes through shared memory.
template <class Element, class Lanes>
struct WarpAttention {
    static constexpr int GROUP = Lanes::GROUP;
    static constexpr int GROUPS = LANES / GROUP;
    static constexpr int DEEP = Lanes::DEEP;
    static constexpr int STEP = GROUPS * DEEP;
    static constexpr int SCORES = DEEP * WARP_HEADS;
    static constexpr int MINE = SCORES > GROUP ? SCORES / GROUP : 1;
    // Lanes that get the same score.
    static constexpr int SAME = SCORES < GROUP ? GROUP / SCORES : 1;
    // Weights and factors of a group; two sets, so that one can be written while the other is read.
    static constexpr int EXCHANGED = SCORES + WARP_HEADS;
    static constexpr int SET = GROUPS * EXCHANGED;
    using Eight = typename Lanes::Eight;

    KvHead<const Element> kv;
    long long value_distance;
    int heads;
    Span span;
    float* exchange;
    float query[WARP_HEADS][EACH];
    float result[WARP_HEADS][EACH];
    float max, sum;

    DEVICE static int group() { return lane_index() / GROUP; }
    DEVICE static int first_score() { return lane_index() % GROUP / SAME * MINE; }
    DEVICE static int position_of(int u) { return u * GROUPS + group(); }

    DEVICE void begin(const float* q, float scale) {
        max = -INFINITY, sum = 0;
        UNROLL
        for (int h = 0; h < WARP_HEADS; h++) {
            if (h < heads) Lanes::load_query(q + h * kv.head_dim, kv.head_dim, query[h]);
            UNROLL
            for (int i = 0; i < EACH; i++) {
                query[h][i] = h < heads ? scale * query[h][i] : 0.0f;
                result[h][i] = 0;
            }
        }
    }

    // While keys are used, the next are on their way, and where those after them are; while the first come, the queries do.
    DEVICE void attend(const float* q, float scale, int turn, int turns) {
        const int stride = turns * STEP;
        int p = span.from + turn * STEP;
        if (p >= span.end) {
            begin(q, scale);
            return;
        }
        Eight keys[DEEP], values[DEEP], next[DEEP];
        const Element* here = kv.token(p);
        const Element* ahead = p + stride < span.end ? kv.token(p + stride) : here;
        load(here, p, keys);
        begin(q, scale);
        for (int set = 0; p < span.end; p += stride, set ^= SET) {
            load(here + value_distance, p, values);
            load(ahead, p + stride, next);
            here = ahead;
            if (p + 2 * stride < span.end) ahead = kv.token(p + 2 * stride);
            weigh(keys, p, exchange + set);
            add(values, exchange + set + group() * EXCHANGED);
            UNROLL
            for (int u = 0; u < DEEP; u++) keys[u] = next[u];
        }
    }

    // Those of the group at positions from p on, which begin at `first`; zeros for positions that the block doesn't see.
    DEVICE void load(const Element* first, int p, Eight (&eights)[DEEP]) const {
        UNROLL
        for (int u = 0; u < DEEP; u++) {
            const bool has = span.has(p + position_of(u));
            eights[u] = has ? Lanes::load(first + position_of(u) * kv.head_dim, kv.head_dim) : Lanes::zero();
        }
    }

    // Turns the scores of these keys into weights, and hands them out together with what earlier results are multiplied by.
    DEVICE void weigh(const Eight (&keys)[DEEP], int p, float* to) {
        float scores[SCORES];
        UNROLL
        for (int u = 0; u < DEEP; u++) score(keys[u], u, scores);
        fold<SCORES, GROUP / 2>(scores);
        bool seen[MINE];
        float largest = max;
        UNROLL
        for (int i = 0; i < MINE; i++) {
            seen[i] = span.has(p + position_of((first_score() + i) % DEEP));
            largest = seen[i] ? fmaxf(largest, scores[i]) : largest;
        }
        UNROLL
        for (int mask = SAME; mask < SAME * DEEP / MINE; mask *= 2) largest = fmaxf(largest, shfl_xor(largest, mask));
        const float factor = rescale(max, largest);
        max = largest;
        sum *= factor;
        float* own = to + group() * EXCHANGED;
        UNROLL
        for (int i = 0; i < MINE; i++) {
            const float weight = seen[i] ? dexp(scores[i] - max) : 0.0f;
            sum += weight;
            if (lane_index() % SAME == 0) own[first_score() + i] = weight;
        }
        if (lane_index() % SAME == 0 && first_score() % DEEP == 0) own[SCORES + first_score() / DEEP] = factor;
        warp_sync();
    }

    // Scores [head][position] of the group: what a lane's elements contribute.
    DEVICE void score(const Eight& packed, int u, float (&scores)[SCORES]) const {
        float key[EACH];
        Lanes::unpack(packed, key);
        UNROLL
        for (int h = 0; h < WARP_HEADS; h++) {
            float dot = 0;
            UNROLL
            for (int i = 0; i < EACH; i++) dot = fmaf(query[h][i], key[i], dot);
            scores[h * DEEP + u] = dot;
        }
    }

    DEVICE void add(const Eight (&values)[DEEP], const float* from) {
        float weights[EXCHANGED];
        UNROLL
        for (int i = 0; i < EXCHANGED; i += 4) {
            const Four four = Four::load(from + i);
            UNROLL
            for (int j = 0; j < 4; j++) weights[i + j] = four.v[j];
        }
        const float* factors = weights + SCORES;
        // Seldom: maxima are mostly found early.
        if (factors[0] != 1.0f || factors[1] != 1.0f || factors[2] != 1.0f || factors[3] != 1.0f) {
            UNROLL
            for (int h = 0; h < WARP_HEADS; h++) {
                UNROLL
                for (int i = 0; i < EACH; i++) result[h][i] *= factors[h];
            }
        }
        UNROLL
        for (int u = 0; u < DEEP; u++) {
            float value[EACH];
            Lanes::unpack(values[u], value);
            UNROLL
            for (int h = 0; h < WARP_HEADS; h++) {
                UNROLL
                for (int i = 0; i < EACH; i++) result[h][i] = fmaf(weights[h * DEEP + u], value[i], result[h][i]);
            }
        }
    }

    // Puts a part of each group and head to shared memory, [group][head].
    DEVICE void end(float* to) {
        UNROLL
        for (int mask = SAME; mask < SAME * DEEP / MINE; mask *= 2) sum += shfl_xor(sum, mask);
        const int stride = kv.head_dim + 2;
        float* parts = to + group() * WARP_HEADS * stride;
        UNROLL
        for (int h = 0; h < WARP_HEADS; h++) {
            UNROLL
            for (int i = 0; i < EACH; i++) {
                if (Lanes::has(i, kv.head_dim)) parts[h * stride + Lanes::element(i, kv.head_dim)] = result[h][i];
            }
        }
        if (lane_index() % SAME == 0 && first_score() % DEEP == 0) {
            float* numbers = parts + first_score() / DEEP * stride + kv.head_dim;
            numbers[0] = max;
            numbers[1] = sum;
        }
    }
};
