// SPDX-License-Identifier: Apache-2.0
// What threads do together: barriers, and exchanges of all lanes of a warp. The last lane to come does the folding.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "check.h"
#include "exchange.h"
#include "numbers.h"
#include "scheduler.h"

namespace sim {

namespace {

// In the order of a butterfly of partners 16, 8, 4, 2 and 1 lanes away: all lanes get these bits.
template <class T, class Fold>
uint32_t fold(const Slot* slots, Fold folded) {
    T v[warp_size];
    for (unsigned i = 0; i < warp_size; i++) v[i] = bits<T>(slots[i].words[0]);
    for (unsigned n = warp_size / 2; n > 0; n /= 2) {
        for (unsigned i = 0; i < n; i++) v[i] = folded(v[i], v[i + n]);
    }
    return bits<uint32_t>(v[0]);
}

void complete(Warp& w, uint8_t turn) {
    const Slot* slots = w.slots[turn];
    switch (w.exchange) {
        case Exchange::sum:
            w.folded[turn] = fold<float>(slots, [](float a, float b) { return a + b; });
            break;
        case Exchange::sum_int:
            w.folded[turn] = fold<uint32_t>(slots, [](uint32_t a, uint32_t b) { return a + b; });
            break;
        case Exchange::max:
            w.folded[turn] = fold<float>(slots, [](float a, float b) { return fmaxf(a, b); });
            break;
        case Exchange::barrier:
            w.clock++;
            break;
        default:
            break;
    }
}

std::string missing(const Warp& w, const Site& site) {
    return text(site) + format(": an exchange of all lanes in a warp with lanes %08x only", w.live);
}

void check_meeting(const Warp& w, Exchange exchange, const Site& site) {
    if (w.live != all_lanes) abandon(cuda::launch_failed, missing(w, site));
    if (w.arrived == 0 || (w.exchange == exchange && same(w.site, site))) return;
    abandon(cuda::launch_failed, "divergent exchange: " + text(site) + ", other lanes wait at " + text(w.site));
}

}  // namespace

Slot& my_slot(const Fiber& f) { return block.warps[f.warp].slots[f.turn][f.lane]; }

uint8_t meet(Fiber& f, Exchange exchange, Site site) {
    Warp& w = block.warps[f.warp];
    check_meeting(w, exchange, site);
    if (w.arrived == 0) {
        w.exchange = exchange;
        w.site = site;
    }
    w.arrived |= 1u << f.lane;
    uint8_t turn = f.turn;
    f.turn ^= 1;
    if (w.arrived != all_lanes) {
        block.sleep(f, Wait::warp, site);
        return turn;
    }
    complete(w, turn);
    w.arrived = 0;
    block.wake(f.warp, all_lanes);
    return turn;
}

namespace {

uint32_t fold_word(uint32_t v, Exchange exchange, Site site) {
    Fiber& f = *running_fiber();
    my_slot(f).words[0] = v;
    return block.warps[f.warp].folded[meet(f, exchange, site)];
}

int source_lane(unsigned lane, Shuffle kind, int operand) {
    switch (kind) {
        case Shuffle::lane:
            return operand & 31;
        case Shuffle::exclusive:
            return static_cast<int>(lane) ^ operand;
        default:
            break;
    }
    int from = static_cast<int>(lane) + operand;
    return from < 32 ? from : static_cast<int>(lane);
}

}  // namespace

void block_barrier(Site site) { block.wait_at_barrier(*running_fiber(), site); }

void warp_barrier(Site site) { meet(*running_fiber(), Exchange::barrier, site); }

float fold_sum(float v, Site site) { return bits<float>(fold_word(bits<uint32_t>(v), Exchange::sum, site)); }
int fold_sum(int v, Site site) { return static_cast<int>(fold_word(v, Exchange::sum_int, site)); }
float fold_max(float v, Site site) { return bits<float>(fold_word(bits<uint32_t>(v), Exchange::max, site)); }

uint32_t shuffle(uint32_t v, Shuffle kind, int operand, Site site) {
    Fiber& f = *running_fiber();
    my_slot(f).words[0] = v;
    uint8_t turn = meet(f, Exchange::shuffle, site);
    int from = source_lane(f.lane, kind, operand);
    if (from < 0 || from > 31) abandon(cuda::launch_failed, text(site) + format(": shuffle from lane %d", from));
    return block.warps[f.warp].slots[turn][from].words[0];
}

void copy_async(void* shared, const void* global, unsigned bytes, Site site) {
    Fiber& f = *running_fiber();
    if (reinterpret_cast<uintptr_t>(shared) % bytes != 0) misaligned(shared, bytes);
    if (reinterpret_cast<uintptr_t>(global) % bytes != 0) misaligned(global, bytes);
    if (f.pending == max_pending) abandon(cuda::launch_failed, text(site) + ": too many asynchronous copies");
    if constexpr (checked) {
        check::access(global, bytes, check::Access::read, __builtin_return_address(0));
        check::copy_started(shared, bytes, __builtin_return_address(0));
    }
    block.copies[f.number][f.pending++] = {shared, global, bytes, f.group, site};
}

void commit_copies() { running_fiber()->group++; }

void await_copies(int groups_left) {
    Fiber& f = *running_fiber();
    [[maybe_unused]] const void* place = __builtin_return_address(0);
    PendingCopy* copies = block.copies[f.number];
    auto left = std::remove_if(copies, copies + f.pending, [&](const PendingCopy& copy) {
        if (copy.group >= f.group - groups_left) return false;
        if constexpr (checked) check::access(copy.to, copy.bytes, check::Access::write, place);
        memcpy(copy.to, copy.from, copy.bytes);
        return true;
    });
    f.pending = static_cast<int>(left - copies);
}

}  // namespace sim
