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

// Rows of blocks of 32 columns with a scale, in units of 16 bytes.
template <class Quants, int COLUMNS>
struct ScaledBlocks {
    static constexpr int UNIT = COLUMNS;
    static constexpr int SCALED = 32;
    static constexpr int BYTE = UNIT / 16;
    static constexpr bool MINIMA = false;

    struct Unit {
        uint4 quants;
        uint16_t scale;
    };

    struct Row {
        const Quants* quants;
        const uint16_t* scales;
        template <class Index>
        DEVICE Unit load(Index c) const { return {ld128_stream(quants + c / BYTE), scales[c / SCALED]}; }
    };

    const Quants* quants;
    const uint16_t* scales;

    DEVICE Row row(long long row, int cols) const { return {quants + row * (cols / BYTE), scales + row * (cols / SCALED)}; }
    DEVICE static float scale(const Unit& unit) { return f16_to_f32(unit.scale); }
    DEVICE static float minimum(const Unit&) { return 0; }
};

// Rows of blocks of 256 columns with factors, whose sub-blocks are units and have factors too: Mults and Supers, stored as M and S.
template <class Quants, int COLUMNS, class M, class Mults, class S, class Supers>
struct SuperBlocks {
    static constexpr int UNIT = COLUMNS;
    static constexpr int SCALED = UNIT;
    static constexpr int BYTE = UNIT / 16;
    static constexpr float FACTOR = 1;

    struct Unit {
        uint4 quants;
        Mults mults;
        Supers supers;
    };

    struct Row {
        const Quants* quants;
        const Mults* mults;
        const Supers* supers;
        template <class Index>
        DEVICE Unit load(Index c) const { return {ld128_stream(quants + c / BYTE), mults[c / UNIT], supers[c / 256]}; }
    };

    const Quants* quants;
    const M* mults;
    const S* supers;

    DEVICE Row row(long long row, int cols) const {
        return {
            quants + row * (cols / BYTE),
            reinterpret_cast<const Mults*>(mults) + row * (cols / UNIT),
            reinterpret_cast<const Supers*>(supers) + row * (cols / 256)};
    }
};

// Half a block: 34 bytes of a row for 32 columns.
struct Q8_0 : ScaledBlocks<int8_t, 16> {
    static constexpr float FACTOR = 1;

    DEVICE static void unpack(const Unit& unit, uint4 (&integers)[1]) { integers[0] = unit.quants; }
};

// A block: 18 bytes for 32 columns. Four bits q at the top of a byte, with their own top inverted, are 16 (q - 8).
struct Q4_0 : ScaledBlocks<uint8_t, 32> {
    static constexpr float FACTOR = 0.0625f;

    DEVICE static void unpack(const Unit& unit, uint4 (&integers)[2]) {
        integers[0] = each_word(unit.quants, [](uint32_t w) { return ((w << 4) & 0xf0f0f0f0u) ^ 0x80808080u; });
        integers[1] = each_word(unit.quants, [](uint32_t w) { return (w & 0xf0f0f0f0u) ^ 0x80808080u; });
    }
};

// A sub-block, 18 bytes for 32 columns, of a block of 256 that has 4 bytes more: pairs of a scale and a minimum. Products of halves and six bits
// are exact in F32.
struct Q4_K : SuperBlocks<uint8_t, 32, uint8_t, uint16_t, uint16_t, uint32_t> {
    static constexpr bool MINIMA = true;

    DEVICE static void unpack(const Unit& unit, uint4 (&integers)[2]) {
        integers[0] = each_word(unit.quants, [](uint32_t w) { return w & 0x0f0f0f0fu; });
        integers[1] = each_word(unit.quants, [](uint32_t w) { return (w >> 4) & 0x0f0f0f0fu; });
    }

    DEVICE static float scale(const Unit& unit) { return half2_to_float2(unit.supers).x * (unit.mults & 0xff); }
    DEVICE static float minimum(const Unit& unit) { return -half2_to_float2(unit.supers).y * (unit.mults >> 8); }
};

// A sub-block, 17 bytes for 16 columns, of a block of 256 that has 2 bytes more.
struct Q6_K : SuperBlocks<int8_t, 16, int8_t, int8_t, uint16_t, uint16_t> {
    static constexpr bool MINIMA = false;

    DEVICE static void unpack(const Unit& unit, uint4 (&integers)[1]) { integers[0] = unit.quants; }
    DEVICE static float scale(const Unit& unit) { return f16_to_f32(unit.supers) * unit.mults; }
    DEVICE static float minimum(const Unit&) { return 0; }
};
