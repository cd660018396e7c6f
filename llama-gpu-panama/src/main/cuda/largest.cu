// SPDX-License-Identifier: Apache-2.0
// The 64 largest logits of each row, and the sum of all weights, so that no others need to leave the device. Blocks find those of 1,024 logits
// each, then one block for each row joins them. Bytes of a row: 4 for each logit, and 520 for each 1,024 of them written and read again.
#include "reduce.cuh"

#define LARGEST 64
#define PART_THREADS 256
#define PART_LOGITS (4 * PART_THREADS)
#define JOIN_THREADS 1024

// A logit and where it is, so that the larger key is the larger logit or, of equal ones (and -0 equals 0), the one of the smaller id. What is
// no number is smaller than all numbers. 0: none.
typedef uint64_t Key;

DEVICE Key key_of(float logit, int id) {
    const uint32_t bits = logit == 0 ? 0u : f32_to_bits(logit);
    const uint32_t ascending = logit != logit ? 0u : (bits >> 31) != 0 ? ~bits : bits | 0x80000000u;
    return static_cast<Key>(ascending) << 32 | ~static_cast<uint32_t>(id);
}

DEVICE int id_of(Key key) { return key == 0 ? -1 : static_cast<int>(~static_cast<uint32_t>(key)); }

DEVICE float logit_of(Key key) {
    const uint32_t ascending = static_cast<uint32_t>(key >> 32);
    if (key == 0) return -INFINITY;
    if (ascending == 0) return NAN;
    return bits_to_f32((ascending >> 31) != 0 ? ascending & 0x7fffffffu : ~ascending);
}

DEVICE Key join_words(int upper, int lower) {
    return static_cast<Key>(static_cast<uint32_t>(upper)) << 32 | static_cast<uint32_t>(lower);
}

// 64 keys of a warp: lane l has those at places l and l + 32.
struct KeyList {
    Key key[2];

    // Of places `distance` apart, the first gets the larger key, in every second run of `size` places the smaller one (K. E. Batcher, 1968).
    DEVICE void exchange(int size, int distance) {
        if (distance == LANES) {
            const Key larger = key[0] > key[1] ? key[0] : key[1];
            key[1] = key[0] > key[1] ? key[1] : key[0];
            key[0] = larger;
            return;
        }
        UNROLL
        for (int h = 0; h < 2; h++) {
            const int place = lane_index() + h * LANES;
            const Key own = key[h];
            const Key other = join_words(
                shfl_xor(static_cast<int>(own >> 32), distance), shfl_xor(static_cast<int>(own), distance));
            const bool larger = ((place & distance) == 0) == ((place & size) == 0);
            key[h] = larger == (own > other) ? own : other;
        }
    }

    // Descending.
    DEVICE void sort() {
        UNROLL
        for (int size = 2; size <= LARGEST; size *= 2) {
            UNROLL
            for (int distance = size / 2; distance > 0; distance /= 2) exchange(size, distance);
        }
    }

    // Takes the largest of two descending lists, and has them descend.
    DEVICE void merge(const KeyList& with) {
        Key turned[2];
        UNROLL
        for (int h = 0; h < 2; h++) {
            const Key of = with.key[1 - h];
            const int lane = LANES - 1 - lane_index();
            turned[h] = join_words(shfl(static_cast<int>(of >> 32), lane), shfl(static_cast<int>(of), lane));
        }
        UNROLL
        for (int h = 0; h < 2; h++) key[h] = key[h] > turned[h] ? key[h] : turned[h];
        UNROLL
        for (int distance = LARGEST / 2; distance > 0; distance /= 2) exchange(LARGEST, distance);
    }

    DEVICE static KeyList load(const Key* from) { return {from[lane_index()], from[lane_index() + LANES]}; }

    DEVICE void store(Key* to) const {
        to[lane_index()] = key[0];
        to[lane_index() + LANES] = key[1];
    }

    // Merges the lists of all warps of the block, a power of two, into that of the first.
    DEVICE void merge_all(Key* shared) {
        store(shared + warp_index() * LARGEST);
        for (int half = blockDim.x / LANES / 2; half > 0; half /= 2) {
            block_sync();
            if (warp_index() >= half) continue;
            merge(load(shared + (warp_index() + half) * LARGEST));
            store(shared + warp_index() * LARGEST);
        }
    }
};

// What a logit, or a sum of weights relative to it, counts for: e^((logit - largest) / temperature).
DEVICE float weight(float logit, float largest, float temperature) {
    return logit == largest ? 1.0f : dexp((logit - largest) / temperature);
}

// The largest of a block, in all of its threads; what is no number is passed over. As block_sum.
DEVICE float block_max(float v, float* parts) {
    v = warp_max(v);
    if (lane_index() == 0) parts[warp_index()] = v;
    block_sync();
    const int warps = blockDim.x / LANES;
    return warp_max(lane_index() < warps ? parts[lane_index()] : -INFINITY);
}

// Grid (parts of a row, rows). To `keys` [row][part][64] the largest, and to `sums` [row][part]{largest, sum of weights relative to it}.
KERNEL(PART_THREADS)
void largest_parts(const float* logits, const int* count, int width, const float* temperatures, void* keys, float* sums) {
    SHARED(Key, lists, LARGEST * PART_THREADS / LANES);
    SHARED(float, maxima, LANES);
    SHARED(float, totals, LANES);
    const int row = blockIdx.y;
    grid_launch();
    grid_wait();
    if (row >= *count) return;
    const float* of_row = logits + static_cast<long long>(row) * width;
    const int first = blockIdx.x * PART_LOGITS + warp_index() * 2 * LARGEST + lane_index();
    KeyList own[2];
    float v[4];
    float largest = -INFINITY;
    UNROLL
    for (int i = 0; i < 4; i++) {
        const int id = first + i * LANES;
        v[i] = id < width ? of_row[id] : -INFINITY;
        own[i / 2].key[i % 2] = id < width ? key_of(v[i], id) : 0;
        largest = fmaxf(largest, v[i]);
    }
    largest = block_max(largest, maxima);
    float sum = 0;
    UNROLL
    for (int i = 0; i < 4; i++) sum += first + i * LANES < width ? weight(v[i], largest, temperatures[row]) : 0.0f;
    sum = block_sum(sum, totals);
    own[0].sort();
    own[1].sort();
    own[0].merge(own[1]);
    own[0].merge_all(lists);
    const long long part = static_cast<long long>(row) * gridDim.x + blockIdx.x;
    if (warp_index() == 0) own[0].store(static_cast<Key*>(keys) + part * LARGEST);
    if (threadIdx.x == 0) {
        sums[2 * part] = largest;
        sums[2 * part + 1] = sum;
    }
}
KERNEL_EXPORT(largest_parts);

// The sum of a row's weights, of one warp.
DEVICE float total_weight(const float* sums, int parts, float temperature) {
    float largest = -INFINITY;
    for (int i = lane_index(); i < parts; i += LANES) largest = fmaxf(largest, sums[2 * i]);
    largest = warp_max(largest);
    float total = 0;
    for (int i = lane_index(); i < parts; i += LANES) {
        total = fmaf(weight(sums[2 * i], largest, temperature), sums[2 * i + 1], total);
    }
    return warp_sum(total);
}

// Grid (rows). To `found` [row]{64 ids, 64 logits, sum of all weights, 3 numbers unused}: descending; where a row has fewer logits, ids of -1. At
// temperature 0 the sum is 1; it is no number if a logit isn't.
KERNEL(JOIN_THREADS)
void largest_join(const void* keys, const float* sums, int parts, const int* count, const float* temperatures, int* found) {
    SHARED(Key, lists, LARGEST * JOIN_THREADS / LANES);
    const int row = blockIdx.x;
    grid_launch();
    grid_wait();
    if (row >= *count) return;
    const Key* of_row = static_cast<const Key*>(keys) + static_cast<long long>(row) * parts * LARGEST;
    KeyList own = {};
    for (int part = warp_index(); part < parts; part += JOIN_THREADS / LANES) own.merge(KeyList::load(of_row + part * LARGEST));
    own.merge_all(lists);
    if (warp_index() > 0) return;
    int* to = found + row * (2 * LARGEST + 4);
    UNROLL
    for (int h = 0; h < 2; h++) {
        const int place = lane_index() + h * LANES;
        to[place] = id_of(own.key[h]);
        to[LARGEST + place] = static_cast<int>(f32_to_bits(logit_of(own.key[h])));
    }
    const float temperature = temperatures[row];
    const float total = total_weight(sums + static_cast<long long>(row) * parts * 2, parts, temperature);
    const bool greedy = temperature == 0 && total == total;
    if (lane_index() == 0) to[2 * LARGEST] = static_cast<int>(f32_to_bits(greedy ? 1.0f : total));
}
KERNEL_EXPORT(largest_join);
