// SPDX-License-Identifier: Apache-2.0
// Barriers in shared memory (mbarrier), at which threads and the bytes of bulk copies arrive. A copy is done as late as it can be: when someone
// waits for its phase, or the next one begins. The checks know nothing of the order that these barriers make.
#include <algorithm>
#include <cstring>
#include <vector>

#include "hopper_sim.h"
#include "numbers.h"
#include "scheduler.h"

namespace sim {

namespace {

// As it stands in shared memory.
struct Barrier {
    uint16_t arrivals;
    uint16_t left;
    uint16_t phase;
    uint16_t expected;  // bytes / 16
};

struct BulkCopy {
    void* to;
    const void* from;
    unsigned bytes;
    const void* barrier;
};

// What the running block waits for: copies, and lanes of its warps.
struct Arrivals {
    uint32_t of_block = 0;
    std::vector<BulkCopy> copies;
    uint32_t waiting[max_threads / warp_size] = {};
};

Arrivals& arrivals() {
    static Arrivals& all = *new Arrivals;
    if (all.of_block != block_serial()) {
        all = {};
        all.of_block = block_serial();
    }
    return all;
}

void sleep(Fiber& f, Site site) {
    arrivals().waiting[f.warp] |= 1u << f.lane;
    block.sleep(f, Wait::arrivals, site);
}

// They look for themselves whether it was what they wait for.
void wake() {
    for (unsigned w = 0; w * warp_size < block.threads; w++) {
        block.wake(w, arrivals().waiting[w]);
        arrivals().waiting[w] = 0;
    }
}

static_assert(sizeof(Barrier) == sizeof(uint64_t));

Barrier load(const uint64_t* at) { return bits<Barrier>(*at); }
void store(uint64_t* at, const Barrier& barrier) { *at = bits<uint64_t>(barrier); }

unsigned bytes_on_their_way(const uint64_t* at) {
    unsigned bytes = 0;
    for (const BulkCopy& copy : arrivals().copies) {
        if (copy.barrier == at) bytes += copy.bytes;
    }
    return bytes;
}

// Ends the phase if all have arrived.
void end_phase(uint64_t* at) {
    Barrier b = load(at);
    if (b.left > 0 || bytes_on_their_way(at) != b.expected * 16u) return;
    auto& all = arrivals().copies;
    auto left = std::remove_if(all.begin(), all.end(), [&](const BulkCopy& copy) {
        if (copy.barrier != at) return false;
        memcpy(copy.to, copy.from, copy.bytes);
        return true;
    });
    all.erase(left, all.end());
    store(at, {b.arrivals, b.arrivals, static_cast<uint16_t>(b.phase + 1), 0});
    wake();
}

}  // namespace

void init_barrier(uint64_t* barrier, int arrivals) {
    store(barrier, {static_cast<uint16_t>(arrivals), static_cast<uint16_t>(arrivals), 0, 0});
}

void arrive(uint64_t* barrier, int bytes, Site site) {
    end_phase(barrier);
    Barrier b = load(barrier);
    if (b.left == 0) abandon(cuda::launch_failed, text(site) + ": more arrivals than the barrier expects");
    b.left--;
    b.expected += bytes / 16;
    store(barrier, b);
    if (b.expected == 0) end_phase(barrier);
    if (b.left == 0) wake();
}

void wait_for_phase(uint64_t* barrier, int parity, Site site) {
    end_phase(barrier);
    while ((load(barrier).phase & 1) == parity) {
        sleep(*running_fiber(), site);
        end_phase(barrier);
    }
}

void copy_lines(void* shared, const void* global, unsigned bytes, uint64_t* barrier, Site site) {
    if (reinterpret_cast<uintptr_t>(shared) % 16 != 0) misaligned(shared, 16);
    if (reinterpret_cast<uintptr_t>(global) % 16 != 0) misaligned(global, 16);
    if (bytes % 16 != 0) abandon(cuda::launch_failed, text(site) + format(": a bulk copy of %u bytes", bytes));
    arrivals().copies.push_back({shared, global, bytes, barrier});
    wake();
}

}  // namespace sim
