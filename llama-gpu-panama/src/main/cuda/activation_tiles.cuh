// SPDX-License-Identifier: Apache-2.0
// Activations split for products with weights of 16 bits on tensor cores: each is its row's scale, a power of two, times the sum of two halves,
// 22 bits in all. They stand as shared memory wants them: [128 tokens][64 columns][upper, lower][token][128 bytes], so that what a block
// of threads needs of 64 columns is contiguous, and pieces of 16 bytes are exchanged in each line so that eight lines' are in different banks.
#pragma once

#include "kdev.cuh"

// Tokens of a tile, columns of a chunk, and halves of a chunk's upper or lower part.
#define TILE_TOKENS 128
#define CHUNK 64
#define TILE_PART (TILE_TOKENS * CHUNK)

// A piece's place in its line.
DEVICE int exchanged(int token, int piece) { return piece ^ (token & 7); }

// Columns are exchanged too: a lane reads 8 neighbours of a row of weights, 8 q to 8 q + 7 of 32 for the q-th of four, and of these come first
// 4 h + 2 u and the next to the tensor cores, in the h-th of two multiplications of 16 columns, where they are columns 8 u + 2 q and the next.
struct TileColumn {
    int piece, element;

    // Of a column that is a multiple of two.
    DEVICE static TileColumn of(int column) {
        const int q = column % 32 / 8;
        return {column % CHUNK / 32 * 4 + column % 8 / 2, 2 * q};
    }
};

struct ActivationTiles {
    const uint16_t* halves;
    const float* scales;

    // Where the upper half of a token's line begins, its lower one being TILE_PART later.
    DEVICE static long long line(int token, int column, int cols) {
        const long long chunk = static_cast<long long>(token / TILE_TOKENS) * (cols / CHUNK) + column / CHUNK;
        return chunk * 2 * TILE_PART + token % TILE_TOKENS * CHUNK;
    }
};

// Which chunks of the columns a block multiplies.
struct ChunkRange {
    int first, count;

    DEVICE static ChunkRange all(int cols) { return {0, cols / CHUNK}; }

    // One of `parts` about equal ones.
    DEVICE static ChunkRange part(int cols, int part, int parts) {
        const long long chunks = cols / CHUNK;
        const int first = static_cast<int>(chunks * part / parts);
        return {first, static_cast<int>(chunks * (part + 1) / parts) - first};
    }
};
