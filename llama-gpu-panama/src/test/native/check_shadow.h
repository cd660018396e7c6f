// SPDX-License-Identifier: Apache-2.0
// What the checks remember of memory: which bytes have values, and who last used each granule of 4 bytes. Shadows are
// as large as the address ranges that they describe, and resident only where those are used.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sim::check {

// Who used a granule, and when. Clocks of barriers go on over all blocks and launches, so that one tells the block too.
struct Mark {
    uint32_t clock;
    uint32_t warp_clock;
    uint16_t thread;
    uint8_t bytes;  // bit mask in the granule; 0: nobody
    uint8_t crowd;  // see Crowd
};

// Who else read the same bytes.
enum Crowd : uint8_t { one_thread, of_one_warp, of_one_block, of_many_blocks };

struct Cell {
    Mark write;
    Mark read;
};

constexpr size_t granule = 4;

class Shadow {
   public:
    // For `span` bytes of addresses from `base` on.
    Shadow(uint64_t base, size_t span);

    bool covers(uint64_t address) const { return address - base < span; }
    Cell& cell(uint64_t address) { return cells[(address - base) / granule]; }
    void set(uint64_t address, size_t bytes, bool has_value);
    bool all_defined(uint64_t address, size_t bytes) const { return first_undefined(address, bytes) == bytes; }
    size_t first_undefined(uint64_t address, size_t bytes) const;

   private:
    const uint64_t base;
    const size_t span;
    uint8_t* const has_value;
    Cell* const cells;
};

}  // namespace sim::check
