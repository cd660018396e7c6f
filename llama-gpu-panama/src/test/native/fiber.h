// SPDX-License-Identifier: Apache-2.0
// Fibers: stacks of their own between which one host thread switches in a dozen instructions.
#pragma once

#include <cstddef>

namespace sim {

// Saves the caller's registers on its stack and the stack pointer in *save, then goes on where `to` was saved.
extern "C" void sim_fiber_switch(void** save, void* to);

// The second half of a switch, where a signal handler lets an abandoned fiber's host go on: needs the stack pointer.
extern "C" void sim_fiber_resume();

// One stack for each thread of a block, with a page below it that faults. Mapped once, kept until the process ends.
class Stacks {
   public:
    static constexpr size_t bytes = 64 * 1024;
    static constexpr unsigned count = 1024;

    // A saved stack pointer from which `entry` starts on stack number i.
    void* prepare(unsigned i, void (*entry)());
    bool contains(const void* address) const;
    bool overflowed(const void* address) const;

   private:
    char* base();
    char* memory = nullptr;
};

}  // namespace sim
