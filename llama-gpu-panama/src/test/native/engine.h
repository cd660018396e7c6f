// SPDX-License-Identifier: Apache-2.0
// Runs kernels: each thread of a block is a fiber, blocks run one after the other. All under the driver's lock.
#pragma once

#include <cstdint>
#include <string>

#include "kdev_sim.h"
#include "report.h"

namespace sim {

constexpr unsigned warp_size = 32;
constexpr unsigned max_threads = 1024;
constexpr uint32_t all_lanes = 0xffffffffu;

constexpr int max_pending = 128;

// A copy that goes on since cp.async, done when its group is waited for.
struct PendingCopy {
    void* to;
    const void* from;
    unsigned bytes;
    int group;
    Site site;
};

enum class Wait { none, block, warp, arrivals };

struct Fiber : Thread {
    void* stack;      // where it goes on; null before it starts and after it has ended
    unsigned number;  // linear index in the block
    unsigned lane;
    unsigned warp;
    uint8_t turn;  // which half of the warp's slots the next exchange uses
    Wait waits_for;
    Site site;
    int group;
    int pending;  // of its copies in the block
    bool waited;  // for earlier grids
};

enum class Exchange { none, barrier, sum, sum_int, max, shuffle, matrices, multiply_f16, multiply_bf16, multiply_s8, multiply_lines };

// 64 bytes in which a lane offers its values. Two halves: a fast lane may be one exchange ahead of a slow one.
struct alignas(64) Slot {
    union {
        uint32_t words[16];
        float floats[16];
        const char* row;
    };
};

struct Warp {
    uint32_t ready;
    uint32_t live;
    uint32_t at_barrier;
    uint32_t arrived;
    Exchange exchange;
    Site site;
    uint32_t clock;  // warp barriers passed
    uint32_t folded[2];
    Slot slots[2][warp_size];
};

struct Launch {
    std::string name;
    void (*call)(void** arguments);
    void** arguments;       // behind them, in the same memory, the values that they point to
    size_t argument_bytes;  // of both
    Index grid, block;
    unsigned dynamic_shared;
    bool overlaps;  // may begin before the launch ahead of it has ended
};

// Runs all blocks. Returns 0 or the CUresult that the launch ends with; what was wrong is reported.
int run_kernel(const Launch& launch);

// The kernel that runs on this thread, or null.
const Launch* running_launch();

// "kernel k, block (0,0,0), thread (1,0,0)" of the running fiber; empty when none runs.
std::string running_place();
Fiber* running_fiber();
Warp& warp_of(const Fiber& fiber);
std::string describe(const Fiber& fiber);

// Ends the running kernel with a CUresult; what happened is reported first.
[[noreturn]] void abandon(int code, const std::string& text);

// For the checks: 1 for the first block that ran in this process.
uint32_t block_serial();
uint32_t launch_serial();
uint32_t barrier_clock();

bool in_fiber_stack(const void* address);

}  // namespace sim
