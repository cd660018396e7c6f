// SPDX-License-Identifier: Apache-2.0
// How the elements of a head are dealt to the lanes of a warp, eight to each: GROUP lanes have a position, and take DEEP of them at once.
#pragma once

#include "kv.cuh"
#include "reduce.cuh"

#define EACH 8

struct EightFloats {
    uint4 lower, upper;
};

DEVICE uint4 load_eight(const uint16_t* from) { return ld128(from); }
DEVICE EightFloats load_eight(const float* from) { return {ld128(from), ld128(from + 4)}; }

DEVICE void unpack_eight(const uint4& halves, float (&v)[EACH]) {
    const float2 a = half2_to_float2(halves.x), b = half2_to_float2(halves.y);
    const float2 c = half2_to_float2(halves.z), d = half2_to_float2(halves.w);
    v[0] = a.x, v[1] = a.y, v[2] = b.x, v[3] = b.y;
    v[4] = c.x, v[5] = c.y, v[6] = d.x, v[7] = d.y;
}

DEVICE void unpack_eight(const EightFloats& f, float (&v)[EACH]) {
    v[0] = bits_to_f32(f.lower.x), v[1] = bits_to_f32(f.lower.y), v[2] = bits_to_f32(f.lower.z);
    v[3] = bits_to_f32(f.lower.w), v[4] = bits_to_f32(f.upper.x), v[5] = bits_to_f32(f.upper.y);
    v[6] = bits_to_f32(f.upper.z), v[7] = bits_to_f32(f.upper.w);
}

// Heads of DIM elements, 8 * a power of two: DIM / 8 lanes have a token, each of them eight neighbours, and a warp has several tokens.
template <class Element, int DIM>
struct NeighbourLanes {
    static constexpr int GROUP = DIM / EACH;
    static constexpr int DEEP = 4;
    using Eight = decltype(load_eight(static_cast<const Element*>(nullptr)));

    DEVICE static int element(int i, int) { return lane_index() % GROUP * EACH + i; }
    DEVICE static bool has(int, int) { return true; }
    DEVICE static Eight load(const Element* head, int) { return load_eight(head + element(0, DIM)); }
    DEVICE static Eight zero() { return {}; }
    DEVICE static void unpack(const Eight& eight, float (&v)[EACH]) { unpack_eight(eight, v); }

    DEVICE static void load_query(const float* head, int, float (&v)[EACH]) {
        unpack_eight(load_eight(head + element(0, DIM)), v);
    }
};

// Heads of any number of elements up to 256: all lanes have one token, in turns of single elements.
template <class Element>
struct TurnLanes {
    static constexpr int GROUP = LANES;
    static constexpr int DEEP = 1;

    struct Eight {
        float v[EACH];
    };

    DEVICE static int element(int i, int) { return lane_index() + i * LANES; }
    DEVICE static bool has(int i, int head_dim) { return element(i, head_dim) < head_dim; }

    DEVICE static Eight load(const Element* head, int head_dim) {
        Eight eight;
        UNROLL
        for (int i = 0; i < EACH; i++) eight.v[i] = has(i, head_dim) ? kv_decode(head[element(i, head_dim)]) : 0.0f;
        return eight;
    }

    DEVICE static Eight zero() { return {}; }

    DEVICE static void unpack(const Eight& eight, float (&v)[EACH]) {
        UNROLL
        for (int i = 0; i < EACH; i++) v[i] = eight.v[i];
    }

    DEVICE static void load_query(const float* head, int head_dim, float (&v)[EACH]) {
        UNROLL
        for (int i = 0; i < EACH; i++) v[i] = has(i, head_dim) ? head[element(i, head_dim)] : 0.0f;
    }
};
