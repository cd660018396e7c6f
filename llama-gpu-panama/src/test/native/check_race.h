// SPDX-License-Identifier: Apache-2.0
// Races: two threads use the same bytes, one of them writes, and no barrier of both stands between.
#pragma once

#include "check_shadow.h"
#include "engine.h"

namespace sim::check {

// From where on clocks belong to the running launch and block.
struct Period {
    uint32_t launch_start;
    uint32_t block_start;
};

// The running fiber's access of some bytes of a granule, as a mark.
Mark mark_now(const Fiber& fiber, uint8_t bytes);

// Remembers an access. Returns the mark that it races with, or null; valid until the next access.
const Mark* race(Cell& cell, const Mark& now, bool writes, const Period& period, bool shared);

}  // namespace sim::check
