// SPDX-License-Identifier: Apache-2.0
// The second body of hopper.cuh.
#pragma once

#include "kdev_sim.h"

namespace sim {

void init_barrier(uint64_t* barrier, int arrivals);
void arrive(uint64_t* barrier, int bytes, Site site);
void wait_for_phase(uint64_t* barrier, int parity, Site site);
void copy_lines(void* shared, const void* global, unsigned bytes, uint64_t* barrier, Site site);
void multiply_lines_f16(float* sums, int tokens, const uint32_t* a, const void* lines, Site site);

}  // namespace sim

template <class T>
inline T* aligned_to(T* shared, unsigned multiple) {
    return shared + (multiple - reinterpret_cast<uintptr_t>(shared) % multiple) % multiple / sizeof(T);
}

inline void barrier_init(uint64_t* barrier, int arrivals) { sim::init_barrier(barrier, arrivals); }
inline void barriers_ready() {}
inline void barrier_arrive(uint64_t* barrier, SIM_HERE) { sim::arrive(barrier, 0, site); }
inline void barrier_expect(uint64_t* barrier, int bytes, SIM_HERE) { sim::arrive(barrier, bytes, site); }
inline void barrier_wait(uint64_t* barrier, int parity, SIM_HERE) { sim::wait_for_phase(barrier, parity, site); }
inline void copy_bulk(void* shared, const void* global, int bytes, uint64_t* barrier, SIM_HERE) {
    sim::copy_lines(shared, global, bytes, barrier, site);
}

// Threads of a warp are together there: what one does afterwards, such as leaving a stage, it does for all.
inline void group_begin(SIM_HERE) { warp_sync(site); }
inline void group_commit(SIM_HERE) { warp_sync(site); }
template <int N>
inline void group_wait(SIM_HERE) {
    warp_sync(site);
}
template <int N>
inline void give_registers() {}
template <int N>
inline void take_registers() {}
template <int N>
inline void group_mma_f16(float (&sums)[N], const uint32_t (&a)[4], const void* lines, bool keep, SIM_HERE) {
    if (!keep) {
        for (float& sum : sums) sum = 0;
    }
    sim::multiply_lines_f16(sums, 2 * N, a, lines, site);
}
