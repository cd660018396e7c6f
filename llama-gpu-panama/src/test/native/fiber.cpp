// SPDX-License-Identifier: Apache-2.0
#include "fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

#ifndef __x86_64__
#error "the simulated driver's fibers are written for x86-64"
#endif

asm(R"(
    .text
    .globl sim_fiber_switch
    .hidden sim_fiber_switch
    .type sim_fiber_switch, @function
sim_fiber_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    .globl sim_fiber_resume
    .hidden sim_fiber_resume
    .type sim_fiber_resume, @function
sim_fiber_resume:
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size sim_fiber_resume, .-sim_fiber_resume
    .size sim_fiber_switch, .-sim_fiber_switch
)");

namespace sim {

namespace {
constexpr size_t page = 4096;
constexpr size_t stride = Stacks::bytes + page;
constexpr int saved_registers = 6;
}  // namespace

char* Stacks::base() {
    if (memory != nullptr) return memory;
    void* p = mmap(nullptr, stride * count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) throw std::bad_alloc();
    memory = static_cast<char*>(p);
    for (unsigned i = 0; i < count; i++) mprotect(memory + i * stride, page, PROT_NONE);
    return memory;
}

void* Stacks::prepare(unsigned i, void (*entry)()) {
    // Tops differ by some cache lines: at the same place in all pages they would evict each other.
    size_t colour = i % 32 * 128;
    auto top = reinterpret_cast<void**>(base() + (i + 1) * stride - colour);
    top[-1] = nullptr;
    top[-2] = reinterpret_cast<void*>(entry);
    return top - 2 - saved_registers;
}

bool Stacks::contains(const void* address) const {
    auto offset = static_cast<const char*>(address) - memory;
    return memory != nullptr && offset >= 0 && static_cast<size_t>(offset) < stride * count;
}

bool Stacks::overflowed(const void* address) const {
    return contains(address) && (static_cast<const char*>(address) - memory) % stride < page;
}

}  // namespace sim
