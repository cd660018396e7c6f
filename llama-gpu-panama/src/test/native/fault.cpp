// SPDX-License-Identifier: Apache-2.0
#include "fault.h"

#include <signal.h>
#include <ucontext.h>

#include <cstring>
#include <mutex>

#include "engine.h"
#include "fiber.h"

namespace sim {

namespace {

constexpr int signals[] = {SIGSEGV, SIGBUS, SIGFPE};
struct sigaction before[NSIG];
alignas(16) char handler_stack[64 * 1024];
stack_t stack_before;
void** host_stack_of_kernel = nullptr;
thread_local bool guarded __attribute__((tls_model("initial-exec"))) = false;
HostFault fault;

void chain(int signal, siginfo_t* info, void* context) {
    const struct sigaction& old = before[signal];
    if ((old.sa_flags & SA_SIGINFO) != 0) {
        old.sa_sigaction(signal, info, context);
    } else if (old.sa_handler == SIG_DFL) {
        // Happens again on return, then with the default action.
        sigaction(signal, &old, nullptr);
    } else if (old.sa_handler != SIG_IGN) {
        old.sa_handler(signal);
    }
}

void handle(int signal, siginfo_t* info, void* context) {
    if (!guarded || running == nullptr) {
        chain(signal, info, context);
        return;
    }
    auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    fault = {signal, info->si_addr, reinterpret_cast<const void*>(registers[REG_RIP])};
    registers[REG_RSP] = reinterpret_cast<greg_t>(*host_stack_of_kernel);
    registers[REG_RIP] = reinterpret_cast<greg_t>(&sim_fiber_resume);
}

void install() {
    for (int signal : signals) {
        sigaction(signal, nullptr, &before[signal]);
        struct sigaction mine = {};
        mine.sa_sigaction = handle;
        mine.sa_flags = SA_SIGINFO | SA_ONSTACK | (before[signal].sa_flags & SA_RESTART);
        mine.sa_mask = before[signal].sa_mask;
        sigaction(signal, &mine, nullptr);
    }
}

}  // namespace

void install_fault_handlers() {
    static std::once_flag once;
    std::call_once(once, install);
}

FaultGuard::FaultGuard(void** host_stack) {
    stack_t stack = {};
    stack.ss_sp = handler_stack;
    stack.ss_size = sizeof handler_stack;
    sigaltstack(&stack, &stack_before);
    host_stack_of_kernel = host_stack;
    guarded = true;
}

FaultGuard::~FaultGuard() {
    guarded = false;
    sigaltstack(&stack_before, nullptr);
}

HostFault take_fault() {
    HostFault taken = fault;
    fault = {};
    return taken;
}

}  // namespace sim
