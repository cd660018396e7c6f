// SPDX-License-Identifier: Apache-2.0
// The running block: which of its fibers are ready, and who is next by the schedule.
#pragma once

#include <string>

#include "engine.h"
#include "settings.h"

namespace sim {

struct Block {
    unsigned threads;
    unsigned live;
    unsigned waiting;       // at the block's barrier
    Site barrier;           // where its first waits
    uint32_t clock;         // of barriers, over all blocks
    uint32_t serial;        // of blocks
    uint32_t ready_warps;
    unsigned current_warp;
    Warp warps[max_threads / warp_size];
    Fiber fibers[max_threads];
    // Apart from the fibers, which are touched at every switch.
    PendingCopy copies[max_threads][max_pending];
    Schedule schedule;

    // Numbers the fibers for blocks of this size.
    void start_launch(Index size);
    void start();
    void switch_to_first(void** host_stack);

    // Lets the next fiber run until f is ready again and chosen. If no fiber is ready the kernel is abandoned.
    void switch_from(Fiber& f);

    void sleep(Fiber& f, Wait wait, Site site);
    void wake(unsigned warp, uint32_t lanes);

    // f has ended; the others needn't wait for it. Returns one that hasn't started, which may run on f's stack, or null
    // when all have ended; goes on with another otherwise.
    Fiber* leave(Fiber& f);
    void wait_at_barrier(Fiber& f, Site site);

   private:
    void remove(Fiber& f);
    void release_barrier();
    Fiber* next();
    Fiber& next_or_abandon();
    std::string who_waits() const;
};

extern Block block;

// Where a fiber goes on, or starts.
void* stack_of(Fiber& f);

// Whether two sites are one: names of files may stand in a library more than once.
bool same(const Site& a, const Site& b);
std::string text(const Site& site);

// For a fault's report: what lies at or near an address.
std::string describe_address(const void* address);

}  // namespace sim
