// SPDX-License-Identifier: Apache-2.0
// ldmatrix and mma.sync: lanes exchange addresses and fragments, laid out as the PTX manual draws them, and each
// computes its four sums.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "check.h"
#include "exchange.h"
#include "hopper_sim.h"

namespace sim {

namespace {

constexpr int row_bytes = 32;  // of A, and of a column of B: 16 bf16 or 32 s8
constexpr int first_of_b = 4;  // word of a slot

// The bytes of a row of A or a column of B, from the four lanes that have them: words `word` and `word + step` of each.
struct Row {
    unsigned char bytes[row_bytes];

    Row(const Slot* quad, int word, int step) {
        for (int lane = 0; lane < 4; lane++) {
            memcpy(bytes + 4 * lane, &quad[lane].words[word], 4);
            memcpy(bytes + 16 + 4 * lane, &quad[lane].words[word + step], 4);
        }
    }

    uint16_t half(int k) const {
        uint16_t half;
        memcpy(&half, bytes + 2 * k, 2);
        return half;
    }
    float f16(int k) const { return half_to_float(half(k)); }
    float bf16(int k) const { return bits<float>(static_cast<uint32_t>(half(k)) << 16); }
    int s8(int k) const { return static_cast<signed char>(bytes[k]); }
};

// Calls add(sum, row of A, column of B) for each of the lane's four sums.
template <class T, class Add>
void multiply(T* sums, const uint32_t* a, const uint32_t* b, Exchange exchange, Site site, Add add) {
    Fiber& f = *running_fiber();
    Slot& mine = my_slot(f);
    std::copy(a, a + 4, mine.words);
    std::copy(b, b + 2, mine.words + first_of_b);
    const Slot* slots = warp_of(f).slots[meet(f, exchange, site)];
    const Slot* row = slots + f.lane / 4 * 4;
    const Slot* column = slots + f.lane % 4 * 8;
    const Row rows[] = {Row(row, 0, 2), Row(row, 1, 2)};
    const Row columns[] = {Row(column, first_of_b, 1), Row(column + 4, first_of_b, 1)};
    for (int i = 0; i < 4; i++) sums[i] = add(sums[i], rows[i / 2], columns[i % 2]);
}

// The rows of all lanes' matrices, once each has come with the address of one.
const Slot* meet_with_row(Fiber& f, int matrices, const void* row, Site site, [[maybe_unused]] const void* place) {
    bool used = f.lane < 8u * matrices;
    if (used && reinterpret_cast<uintptr_t>(row) % 16 != 0) misaligned(row, 16);
    if constexpr (checked) {
        if (used) check::access(row, 16, check::Access::read, place);
    }
    my_slot(f).row = static_cast<const char*>(row);
    return warp_of(f).slots[meet(f, Exchange::matrices, site)];
}

}  // namespace

void load_matrices(uint32_t* v, int matrices, const void* row, Site site) {
    Fiber& f = *running_fiber();
    const Slot* slots = meet_with_row(f, matrices, row, site, __builtin_return_address(0));
    for (int m = 0; m < matrices; m++) memcpy(&v[m], slots[8 * m + f.lane / 4].row + f.lane % 4 * 4, 4);
}

void load_transposed(uint32_t* v, int matrices, const void* row, Site site) {
    Fiber& f = *running_fiber();
    const Slot* slots = meet_with_row(f, matrices, row, site, __builtin_return_address(0));
    for (int m = 0; m < matrices; m++) {
        for (int i = 0; i < 2; i++) {
            memcpy(reinterpret_cast<char*>(&v[m]) + 2 * i, slots[8 * m + f.lane % 4 * 2 + i].row + f.lane / 4 * 2, 2);
        }
    }
}

void multiply_f16(float* sums, const uint32_t* a, const uint32_t* b, Site site) {
    multiply(sums, a, b, Exchange::multiply_f16, site, [](float sum, const Row& row, const Row& column) {
        for (int k = 0; k < 16; k++) sum = fmaf(row.f16(k), column.f16(k), sum);
        return sum;
    });
}

void multiply_bf16(float* sums, const uint32_t* a, const uint32_t* b, Site site) {
    multiply(sums, a, b, Exchange::multiply_bf16, site, [](float sum, const Row& row, const Row& column) {
        for (int k = 0; k < 16; k++) sum = fmaf(row.bf16(k), column.bf16(k), sum);
        return sum;
    });
}

void multiply_s8(int* sums, const uint32_t* a, const uint32_t* b, Site site) {
    multiply(sums, a, b, Exchange::multiply_s8, site, [](int sum, const Row& row, const Row& column) {
        for (int k = 0; k < 32; k++) sum += row.s8(k) * column.s8(k);
        return sum;
    });
}

// A half of a line of 128 bytes, whose pieces of 16 bytes are exchanged by the number of the line modulo 8.
static float half_of_line(const char* lines, int line, int k) {
    uintptr_t at = reinterpret_cast<uintptr_t>(lines) + line * 128 + k * 2;
    return half_to_float(*reinterpret_cast<const uint16_t*>(at ^ (at >> 7 & 7) << 4));
}

void multiply_lines_f16(float* sums, int tokens, const uint32_t* a, const void* lines, Site site) {
    Fiber& f = *running_fiber();
    if (reinterpret_cast<uintptr_t>(lines) % 1024 % 128 % 32 != 0) misaligned(lines, 32);
    std::copy(a, a + 4, my_slot(f).words);
    const Slot* row = warp_of(f).slots[meet(f, Exchange::multiply_lines, site)] + f.lane / 4 * 4;
    const Row rows[] = {Row(row, 0, 2), Row(row, 1, 2)};
    float w[2][16];
    for (int i = 0; i < 32; i++) w[i / 16][i % 16] = rows[i / 16].f16(i % 16);
    for (int n = 0; n < tokens / 8; n++) {
        for (int j = 0; j < 2; j++) {
            float x[16];
            for (int k = 0; k < 16; k++) x[k] = half_of_line(static_cast<const char*>(lines), n * 8 + f.lane % 4 * 2 + j, k);
            for (int i = 0; i < 2; i++) {
                float& sum = sums[n * 4 + i * 2 + j];
                for (int k = 0; k < 16; k++) sum = fmaf(w[i][k], x[k], sum);
            }
        }
    }
}

}  // namespace sim
