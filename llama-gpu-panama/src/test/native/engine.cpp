// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include <signal.h>

#include <algorithm>

#include "check.h"
#include "fault.h"
#include "fiber.h"
#include "numbers.h"
#include "scheduler.h"
#include "shared_memory.h"

namespace sim {

Thread* running = nullptr;
Index block_index, block_size, grid_size;
Registration* Registration::first = nullptr;
Block block;

namespace {

Stacks stacks;
void* host_stack;
const Launch* current = nullptr;
int ending;  // what the launch ends with
uint32_t launches = 0;

[[noreturn]] void to_host() {
    void* never_used;
    sim_fiber_switch(&never_used, host_stack);
    __builtin_unreachable();
}

void run_thread(Fiber& f) {
    f.turn = 0;
    f.group = 0;
    f.pending = 0;
    f.waited = false;
    current->call(current->arguments);
    if constexpr (checked) check::thread_ended(f);
    if (current->overlaps && !f.waited) {
        abandon(cuda::launch_failed, "a thread ended before grid_wait: the kernel after it could begin too early");
    }
}

// A thread, and then those that start when it has ended.
void fiber_main() {
    Fiber* f = running_fiber();
    do {
        run_thread(*f);
        f = block.leave(*f);
    } while (f != nullptr);
    to_host();
}

void start_block(Index index) {
    block_index = index;
    block.start();
    shared_memory().start_block();
    if constexpr (checked) check::block_started();
}

std::string fault_text(const HostFault& fault) {
    std::string place = checked ? " at " + place_of(static_cast<const char*>(fault.instruction) + 1) : "";
    if (fault.signal == SIGFPE) return "integer division by zero" + place;
    if (stacks.overflowed(fault.address)) return "the stack of a thread overflows" + place;
    return describe_address(fault.address) + place;
}

// The fault's CUresult: 700 an illegal address, 719 a failed launch.
int take_host_fault() {
    HostFault fault = take_fault();
    if (fault.signal == 0) return 0;
    report(fault_text(fault));
    return fault.signal == SIGFPE ? cuda::launch_failed : cuda::illegal_address;
}

int run_block(Index index) {
    start_block(index);
    ending = 0;
    block.switch_to_first(&host_stack);
    if (int code = take_host_fault()) ending = code;
    running = nullptr;
    return ending;
}

Index index_of(uint64_t linear, Index size) {
    return {static_cast<unsigned>(linear % size.x), static_cast<unsigned>(linear / size.x % size.y),
            static_cast<unsigned>(linear / size.x / size.y)};
}

// The i-th block by the schedule. A step without a common divisor with the count visits every block once.
class BlockOrder {
   public:
    explicit BlockOrder(uint64_t count) : count(count) {
        if (settings().schedule != Schedule::random) return;
        start = random_number() % count;
        step = random_number() % count | 1;
        while (std::__gcd(step, count) != 1) step++;
    }

    uint64_t operator[](uint64_t i) const {
        if (settings().schedule == Schedule::reverse) return count - 1 - i;
        return static_cast<uint64_t>((static_cast<unsigned __int128>(i) * step + start) % count);
    }

   private:
    uint64_t count;
    uint64_t start = 0;
    uint64_t step = 1;
};

int run_blocks(const Launch& launch) {
    uint64_t count = uint64_t{launch.grid.x} * launch.grid.y * launch.grid.z;
    BlockOrder order(count);
    for (uint64_t i = 0; i < count; i++) {
        if (int code = run_block(index_of(order[i], launch.grid))) return code;
    }
    return 0;
}

}  // namespace

void* stack_of(Fiber& f) { return f.stack != nullptr ? f.stack : stacks.prepare(f.number, fiber_main); }

int run_kernel(const Launch& launch) {
    current = &launch;
    launches++;
    grid_size = launch.grid;
    block_size = launch.block;
    block.start_launch(launch.block);
    shared_memory().start_launch(launch.dynamic_shared);
    int found = report_count();
    if constexpr (checked) check::kernel_started(launch.overlaps);
    FaultGuard guard(&host_stack);
    int code = run_blocks(launch);
    if constexpr (checked) check::kernel_ended();
    current = nullptr;
    // What the checks find lets a kernel go on, so that all of it is found.
    return code == 0 && report_count() > found ? cuda::launch_failed : code;
}

void abandon(int code, const std::string& text) {
    report(text);
    ending = code;
    to_host();
}

void misaligned(const void* address, unsigned bytes) {
    abandon(cuda::misaligned_address, format("misaligned access of %u bytes at %p", bytes, address));
}

void* shared_array(const void* key, size_t bytes) {
    void* array = shared_memory().array(key, bytes);
    if (array == nullptr) abandon(cuda::launch_failed, "static shared memory of more than 48 KB");
    return array;
}

void wait_for_earlier_grids() { running_fiber()->waited = true; }

void* dynamic_shared() { return shared_memory().dynamic(); }

const Launch* running_launch() { return current; }

Fiber* running_fiber() { return static_cast<Fiber*>(running); }

Warp& warp_of(const Fiber& fiber) { return block.warps[fiber.warp]; }

std::string describe(const Fiber& f) {
    return format("thread (%u,%u,%u)", f.index.x, f.index.y, f.index.z);
}

std::string running_place() {
    if (current == nullptr) return "";
    std::string text = "kernel " + current->name;
    if (running == nullptr) return text;
    text += format(", block (%u,%u,%u), ", block_index.x, block_index.y, block_index.z);
    return text + describe(*running_fiber());
}

uint32_t block_serial() { return block.serial; }
uint32_t launch_serial() { return launches; }
uint32_t barrier_clock() { return block.clock; }
bool in_fiber_stack(const void* address) { return stacks.contains(address); }

}  // namespace sim
