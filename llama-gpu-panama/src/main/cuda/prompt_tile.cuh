// SPDX-License-Identifier: Apache-2.0
// What a block of attention of prompts works on: SLOTS pairs of a row and a query head, of one sequence and the heads of one key/value head,
// against KEYS positions at a time in shared memory.
#pragma once

#include "kv.cuh"
#include "reduce.cuh"

#define PROMPT_WARPS 4
#define PROMPT_THREADS (PROMPT_WARPS * LANES)
#define SLOTS (16 * PROMPT_WARPS)
#define KEYS 64

// Neighbouring rows of a sequence: `rows` from row `row` of the step on, none if that is 0.
struct PromptTile {
    int sequence, row, rows;

    // The number-th of the tiles of at most `most` rows that sequences of at least `least` rows are cut into, the last tile of each sequence,
    // which sees most positions, first.
    DEVICE static PromptTile of(const int* starts, int sequences, int least, int most, int number) {
        for (int s = 0; s < sequences; s++) {
            const int count = starts[s + 1] - starts[s];
            if (count < least) continue;
            const int tiles = (count + most - 1) / most;
            if (number < tiles) {
                const int begin = (tiles - 1 - number) * most;
                return {s, starts[s] + begin, count - begin < most ? count - begin : most};
            }
            number -= tiles;
        }
        return {0, 0, 0};
    }
};

// A slot's row, relative to the tile's, and head, relative to the group's. Those past the end are of the last row, computed again and not
// stored.
struct Slot {
    int row, head;
    bool stored;

    DEVICE static Slot of(int slot, int group, int rows) {
        const int row = slot / group;
        return {row < rows ? row : rows - 1, slot % group, row < rows};
    }
};

// What a row sees: positions begin <= p < end.
struct Sight {
    int begin, end;

    DEVICE static Sight of(int position, int chunk) { return {chunk > 0 ? position / chunk * chunk : 0, position + 1}; }
    DEVICE bool has(int position) const { return position >= begin && position < end; }
};

// Keys or values of KEYS positions in shared memory: pieces of 16 bytes, those of one number of eight neighbouring tokens in different banks.
template <int DIM>
struct KvBlock {
    static constexpr int PIECES = DIM / 8;
    static constexpr int SIZE = KEYS * DIM;
    static constexpr int COPIES = PAGE_TOKENS * PIECES / PROMPT_THREADS;

    DEVICE static int place(int token, int piece) { return token * DIM + (piece ^ token % 8) * 8; }

    // Starts the copies of tokens from position `from` on, a page's first; there are zeros for those from `end` on, since what is stored there
    // may be no number. Keys are at distance 0.
    DEVICE static void copy(uint16_t* to, const KvHead<const uint16_t>& kv, long long distance, int from, int end) {
        const int piece = threadIdx.x % PIECES;
        UNROLL
        for (int p = 0; p < KEYS; p += PAGE_TOKENS) {
            const uint16_t* page = from + p < end ? kv.token(from + p) + distance : nullptr;
            UNROLL
            for (int i = 0; i < COPIES; i++) {
                const int token = i * (PAGE_TOKENS / COPIES) + threadIdx.x / PIECES;
                uint16_t* at = to + place(p + token, piece);
                if (from + p + token < end) {
                    cp_async16(at, page + token * DIM + piece * 8);
                } else {
                    st128(at, uint4{});
                }
            }
        }
        cp_async_commit();
    }
};
