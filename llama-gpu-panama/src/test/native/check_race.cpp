// SPDX-License-Identifier: Apache-2.0
#include "check_race.h"

namespace sim::check {

namespace {

bool same_warp(const Mark& a, const Mark& b) { return a.thread / warp_size == b.thread / warp_size; }

bool is_stale(const Mark& m, const Period& period, bool shared) {
    return m.bytes == 0 || m.clock < (shared ? period.block_start : period.launch_start);
}

bool ordered_by_warp(const Mark& before, const Mark& now) {
    return same_warp(before, now) && before.crowd <= of_one_warp && before.warp_clock < now.warp_clock;
}

bool conflicts(const Mark& before, const Mark& now, const Period& period, bool shared) {
    if (is_stale(before, period, shared) || (before.bytes & now.bytes) == 0) return false;
    if (before.crowd == of_many_blocks || before.clock < period.block_start) return true;
    if (before.clock < now.clock) return false;
    if (before.crowd == one_thread && before.thread == now.thread) return false;
    return !ordered_by_warp(before, now);
}

void remember_write(Cell& cell, const Mark& now) {
    bool same_thread = cell.write.clock == now.clock && cell.write.thread == now.thread;
    uint8_t bytes = same_thread ? cell.write.bytes | now.bytes : now.bytes;
    cell.write = now;
    cell.write.bytes = bytes;
    cell.read.bytes &= ~now.bytes;
}

// Whoever read the same bytes with this one, as far as a later write could race with them.
uint8_t crowd_with(const Mark& before, const Mark& now, const Period& period) {
    if (before.clock < period.block_start || before.crowd == of_many_blocks) return of_many_blocks;
    if (before.clock < now.clock) return one_thread;
    if (!same_warp(before, now) || before.crowd == of_one_block) return of_one_block;
    if (before.warp_clock < now.warp_clock) return one_thread;
    return before.thread == now.thread ? before.crowd : static_cast<uint8_t>(of_one_warp);
}

void remember_read(Cell& cell, const Mark& now, const Period& period, bool shared) {
    Mark& before = cell.read;
    if (is_stale(before, period, shared)) {
        before = now;
        return;
    }
    bool same_thread = before.crowd == one_thread && before.clock == now.clock && before.thread == now.thread;
    uint8_t bytes = same_thread ? before.bytes | now.bytes : now.bytes;
    // Others' marks of other bytes are forgotten: that may miss a race, and never finds one that isn't.
    uint8_t crowd = before.bytes == now.bytes ? crowd_with(before, now, period) : static_cast<uint8_t>(one_thread);
    before = now;
    before.bytes = bytes;
    before.crowd = crowd;
}

}  // namespace

Mark mark_now(const Fiber& fiber, uint8_t bytes) {
    return {barrier_clock(), warp_of(fiber).clock, static_cast<uint16_t>(fiber.number), bytes, one_thread};
}

const Mark* race(Cell& cell, const Mark& now, bool writes, const Period& period, bool shared) {
    static Mark other;
    const Mark* found = nullptr;
    if (conflicts(cell.write, now, period, shared)) {
        other = cell.write;
        found = &other;
    } else if (writes && conflicts(cell.read, now, period, shared)) {
        other = cell.read;
        found = &other;
    }
    if (writes) {
        remember_write(cell, now);
    } else {
        remember_read(cell, now, period, shared);
    }
    return found;
}

}  // namespace sim::check
