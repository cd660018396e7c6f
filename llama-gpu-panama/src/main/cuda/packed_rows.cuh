// SPDX-License-Identifier: Apache-2.0
// How units of 16 bytes of packed rows are read and multiplied. Each type has
// - UNIT: columns of a unit, which is a block or a part of one, and FACTOR: what the products of its integers are too large by, inverted;
// - SCALED: columns that share a scale, which may be more than a unit's;
// - Row: where a row is; load(c): the unit that begins at column c, with the bits of its factors. The first row may be asked for units of others;
// - unpack(unit, integers): its integers, a byte each;
// - scale(unit) and, where MINIMA, minimum(unit): value = scale * integer + minimum.
#pragma once

#include "kdev.cuh"

// Sixteen products of signed bytes.
DEVICE int dot16(const uint4& a, const uint4& b, int sum) {
    sum = dp4a(static_cast<int>(a.x), static_cast<int>(b.x), sum);
    sum = dp4a(static_cast<int>(a.y), static_cast<int>(b.y), sum);
    sum = dp4a(static_cast<int>(a.z), static_cast<int>(b.z), sum);
    return dp4a(static_cast<int>(a.w), static_cast<int>(b.w), sum);
}

// Activations of all tokens: integers [token][cols], scales and sums of blocks of 32 [token][cols / 32].
struct Rounded {
    const int8_t* quants;
    const float* scales;
    const float* sums;

    DEVICE Rounded from(long long block) const { return {quants + block * 32, scales + block, sums + block}; }
};

template <class Change>
DEVICE uint4 each_word(const uint4& v, Change change) {
    uint4 changed;
    changed.x = change(v.x), changed.y = change(v.y), changed.z = change(v.z), changed.w = change(v.w);
    return changed;
}

// Half a block: 34 bytes of a row for 32 columns.
struct Q8_0 {
    static constexpr int UNIT = 16;
    static constexpr int SCALED = 32;
    static constexpr float FACTOR = 1;
    static constexpr bool MINIMA = false;

    struct Unit {
        uint4 quants;
        uint16_t scale;
    };

    struct Row {
        const int8_t* quants;
        const uint16_t* scales;
        template <class Index>
        DEVICE Unit load(Index c) const { return {ld128_stream(quants + c), scales[c / 32]}; }
    };

    const int8_t* quants;
    const uint16_t* scales;

    DEVICE Row row(long long row, int cols) const { return {quants + row * cols, scales + row * (cols / 32)}; }
    DEVICE static void unpack(const Unit& unit, uint4 (&integers)[1]) { integers[0] = unit.quants; }
    DEVICE static float scale(const Unit& unit) { return f16_to_f32(unit.scale); }
    DEVICE static float minimum(const Unit&) { return 0; }
};

// A block: 18 bytes for 32 columns. Four bits q at the top of a byte, with their own top inverted, are 16 (q - 8).
struct Q4_0 {
    static constexpr int UNIT = 32;
    static constexpr int SCALED = 32;
    static constexpr float FACTOR = 0.0625f;
    static constexpr bool MINIMA = false;

    struct Unit {
        uint4 quants;
        uint16_t scale;
    };

    struct Row {
        const uint8_t* quants;
        const uint16_t* scales;
        template <class Index>
        DEVICE Unit load(Index c) const { return {ld128_stream(quants + c / 2), scales[c / 32]}; }
    };

    const uint8_t* quants;
    const uint16_t* scales;

    DEVICE Row row(long long row, int cols) const { return {quants + row * (cols / 2), scales + row * (cols / 32)}; }

    DEVICE static void unpack(const Unit& unit, uint4 (&integers)[2]) {
        integers[0] = each_word(unit.quants, [](uint32_t w) { return ((w << 4) & 0xf0f0f0f0u) ^ 0x80808080u; });
        integers[1] = each_word(unit.quants, [](uint32_t w) { return (w & 0xf0f0f0f0u) ^ 0x80808080u; });
    }

    DEVICE static float scale(const Unit& unit) { return f16_to_f32(unit.scale); }
    DEVICE static float minimum(const Unit&) { return 0; }
};

// A sub-block, 18 bytes for 32 columns, of a block of 256 that has 4 bytes more. Products of halves and six bits are exact in F32.
struct Q4_K {
    static constexpr int UNIT = 32;
    static constexpr int SCALED = 32;
    static constexpr float FACTOR = 1;
    static constexpr bool MINIMA = true;

    struct Unit {
        uint4 quants;
        uint16_t mults;
        uint32_t supers;
    };

    struct Row {
        const uint8_t* quants;
        const uint16_t* mults;
        const uint32_t* supers;
        template <class Index>
        DEVICE Unit load(Index c) const { return {ld128_stream(quants + c / 2), mults[c / 32], supers[c / 256]}; }
    };

    const uint8_t* quants;
    const uint8_t* mults;
    const uint16_t* supers;

    DEVICE Row row(long long row, int cols) const {
        return {
            quants + row * (cols / 2),
            reinterpret_cast<const uint16_t*>(mults) + row * (cols / 32),
            reinterpret_cast<const uint32_t*>(supers) + row * (cols / 256)};
    }

    DEVICE static void unpack(const Unit& unit, uint4 (&integers)[2]) {
        integers[0] = each_word(unit.quants, [](uint32_t w) { return w & 0x0f0f0f0fu; });
        integers[1] = each_word(unit.quants, [](uint32_t w) { return (w >> 4) & 0x0f0f0f0fu; });
    }

    DEVICE static float scale(const Unit& unit) { return half2_to_float2(unit.supers).x * (unit.mults & 0xff); }
    DEVICE static float minimum(const Unit& unit) { return -half2_to_float2(unit.supers).y * (unit.mults >> 8); }
};

// A sub-block, 17 bytes for 16 columns, of a block of 256 that has 2 bytes more.
struct Q6_K {
    static constexpr int UNIT = 16;
    static constexpr int SCALED = 16;
    static constexpr float FACTOR = 1;
    static constexpr bool MINIMA = false;

    struct Unit {
        uint4 quants;
        int8_t mult;
        uint16_t super;
    };

    struct Row {
        const int8_t* quants;
        const int8_t* mults;
        const uint16_t* supers;
        template <class Index>
        DEVICE Unit load(Index c) const { return {ld128_stream(quants + c), mults[c / 16], supers[c / 256]}; }
    };

    const int8_t* quants;
    const int8_t* mults;
    const uint16_t* supers;

    DEVICE Row row(long long row, int cols) const {
        return {quants + row * cols, mults + row * (cols / 16), supers + row * (cols / 256)};
    }

    DEVICE static void unpack(const Unit& unit, uint4 (&integers)[1]) { integers[0] = unit.quants; }
    DEVICE static float scale(const Unit& unit) { return f16_to_f32(unit.super) * unit.mult; }
    DEVICE static float minimum(const Unit&) { return 0; }
};
