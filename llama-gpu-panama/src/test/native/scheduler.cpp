// SPDX-License-Identifier: Apache-2.0
#include "scheduler.h"

#include <cstring>

#include "fiber.h"
#include "numbers.h"

namespace sim {

bool same(const Site& a, const Site& b) {
    return a.line == b.line && (a.file == b.file || strcmp(a.file, b.file) == 0);
}

std::string text(const Site& site) {
    const char* slash = strrchr(site.file, '/');
    return format("%s:%d", slash == nullptr ? site.file : slash + 1, site.line);
}

namespace {

unsigned lane_of(uint32_t mask, Schedule schedule) {
    switch (schedule) {
        case Schedule::forward:
            return __builtin_ctz(mask);
        case Schedule::reverse:
            return 31 - __builtin_clz(mask);
        default:
            break;
    }
    unsigned turn = random_number() % 32;
    uint32_t turned = turn == 0 ? mask : mask >> turn | mask << (32 - turn);
    return (__builtin_ctz(turned) + turn) % 32;
}

}  // namespace

void Block::start_launch(Index size) {
    schedule = settings().schedule;
    threads = size.x * size.y * size.z;
    Index i = {0, 0, 0};
    for (unsigned n = 0; n < threads; n++) {
        Fiber& f = fibers[n];
        f.index = i;
        f.number = n;
        f.lane = n % warp_size;
        f.warp = n / warp_size;
        f.waits_for = Wait::none;
        f.stack = nullptr;
        if (++i.x < size.x) continue;
        i.x = 0;
        if (++i.y < size.y) continue;
        i.y = 0;
        i.z++;
    }
}

void Block::start() {
    live = threads;
    waiting = 0;
    clock++;
    serial++;
    ready_warps = 0;
    current_warp = 0;
    for (unsigned w = 0; w * warp_size < threads; w++) {
        unsigned lanes = threads - w * warp_size;
        Warp& warp = warps[w];
        warp.live = lanes >= warp_size ? all_lanes : (1u << lanes) - 1;
        warp.ready = warp.live;
        warp.at_barrier = warp.arrived = 0;
        ready_warps |= 1u << w;
    }
}

Fiber* Block::next() {
    if (ready_warps == 0) return nullptr;
    if (schedule != Schedule::forward || (ready_warps >> current_warp & 1) == 0) {
        current_warp = lane_of(ready_warps, schedule);
    }
    return &fibers[current_warp * warp_size + lane_of(warps[current_warp].ready, schedule)];
}

Fiber& Block::next_or_abandon() {
    Fiber* n = next();
    if (n == nullptr) abandon(cuda::launch_failed, "every thread waits: " + who_waits());
    return *n;
}

void Block::switch_to_first(void** host_stack) {
    Fiber& first = *next();
    running = &first;
    sim_fiber_switch(host_stack, stack_of(first));
}

void Block::switch_from(Fiber& f) {
    Fiber& n = next_or_abandon();
    if (&n == &f) return;
    running = &n;
    sim_fiber_switch(&f.stack, stack_of(n));
}

void Block::sleep(Fiber& f, Wait wait, Site site) {
    f.waits_for = wait;
    f.site = site;
    Warp& w = warps[f.warp];
    w.ready &= ~(1u << f.lane);
    if (w.ready == 0) ready_warps &= ~(1u << f.warp);
    switch_from(f);
    f.waits_for = Wait::none;
}

void Block::wake(unsigned warp, uint32_t lanes) {
    if (lanes == 0) return;
    warps[warp].ready |= lanes;
    ready_warps |= 1u << warp;
}

void Block::remove(Fiber& f) {
    Warp& w = warps[f.warp];
    uint32_t lane = 1u << f.lane;
    if (w.arrived != 0) {
        abandon(cuda::launch_failed, text(w.site) + ": an exchange of all lanes is missed by one that ended");
    }
    w.live &= ~lane;
    w.ready &= ~lane;
    if (w.ready == 0) ready_warps &= ~(1u << f.warp);
    live--;
    f.stack = nullptr;
}

Fiber* Block::leave(Fiber& f) {
    remove(f);
    if (live == 0) return nullptr;
    if (waiting == live) release_barrier();
    Fiber& n = next_or_abandon();
    running = &n;
    if (n.stack == nullptr) return &n;
    void* never_used;
    sim_fiber_switch(&never_used, n.stack);
    __builtin_unreachable();
}

void Block::wait_at_barrier(Fiber& f, Site site) {
    if (waiting == 0) {
        barrier = site;
    } else if (!same(barrier, site)) {
        abandon(cuda::launch_failed, "divergent barrier: " + text(site) + ", others wait at " + text(barrier));
    }
    waiting++;
    if (waiting == live) {
        release_barrier();
        return;
    }
    warps[f.warp].at_barrier |= 1u << f.lane;
    sleep(f, Wait::block, site);
}

void Block::release_barrier() {
    if (checked && live < threads) {
        report("divergent barrier: " + text(barrier) + format(" is missed by %u ended threads", threads - live));
    }
    for (unsigned w = 0; w * warp_size < threads; w++) {
        wake(w, warps[w].at_barrier);
        warps[w].at_barrier = 0;
    }
    waiting = 0;
    clock++;
}

std::string Block::who_waits() const {
    std::string list;
    for (unsigned n = 0; n < threads && list.size() < 400; n++) {
        const Fiber& f = fibers[n];
        if (f.waits_for == Wait::none) continue;
        bool repeats = n > 0 && fibers[n - 1].waits_for == f.waits_for && same(fibers[n - 1].site, f.site);
        if (repeats) continue;
        const char* what = f.waits_for == Wait::block  ? "for the block"
                           : f.waits_for == Wait::warp ? "for its warp"
                                                       : "for arrivals";
        list += (list.empty() ? "" : ", ") + describe(f) + " and after " + what + " at " + text(f.site);
    }
    return list;
}

}  // namespace sim
