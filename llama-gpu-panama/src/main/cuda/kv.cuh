// SPDX-License-Identifier: Apache-2.0
// Pages of keys and values: elements [page][layer][key or value][head][16 tokens][head_dim], floats or halves.
#pragma once

#include "kdev.cuh"

#define PAGE_TOKENS 16

// Where a layer's keys of one head are in the pages of one sequence; its values are `value_distance` elements later.
template <class Element>
struct KvHead {
    Element* layer;
    const int* pages;
    long long page_elements;
    int head_dim;

    DEVICE Element* token(int position) const {
        const long long page = pages[position / PAGE_TOKENS];
        return layer + page * page_elements + position % PAGE_TOKENS * head_dim;
    }
};

DEVICE long long kv_head_elements(int head_dim) { return static_cast<long long>(PAGE_TOKENS) * head_dim; }

DEVICE float kv_decode(float v) { return v; }
DEVICE float kv_decode(uint16_t v) { return f16_to_f32(v); }

DEVICE void kv_encode(float v, float* to) { *to = v; }

// Never infinite and never subnormal, as the CPU stores them; what is no number stays none.
DEVICE void kv_encode(float v, uint16_t* to) {
    const float most = 65504.0f;
    const float within = v > most ? most : v < -most ? -most : v;
    *to = fabsf(v) < 0x1p-14f ? 0 : f32_to_f16(within);
}
