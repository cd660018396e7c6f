// SPDX-License-Identifier: Apache-2.0
// Faults of kernels on the host: bad addresses, divisions by zero, overflowing stacks. The process survives them.
#pragma once

#include <cstdint>

namespace sim {

struct HostFault {
    int signal = 0;  // 0: none
    const void* address = nullptr;
    const void* instruction = nullptr;
};

// Takes over SIGSEGV, SIGBUS and SIGFPE once. Whatever doesn't come from a fiber goes to the handler before, the JVM's.
void install_fault_handlers();

// While an object lives, faults of this thread's fibers let the host go on at the stack pointer in *host_stack.
class FaultGuard {
   public:
    explicit FaultGuard(void** host_stack);
    ~FaultGuard();
    FaultGuard(const FaultGuard&) = delete;
    FaultGuard& operator=(const FaultGuard&) = delete;
};

// The fault since the last call.
HostFault take_fault();

}  // namespace sim
