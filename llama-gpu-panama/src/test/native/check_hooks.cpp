// SPDX-License-Identifier: Apache-2.0
// What g++ calls in kernels compiled with -fsanitize=thread. We are linked instead of its run-time library.
#include <cstring>

#include "check.h"

namespace {

using sim::check::Access;

void require_alignment(const void* address, unsigned bytes) {
    if (sim::running != nullptr && reinterpret_cast<uintptr_t>(address) % bytes != 0) sim::misaligned(address, bytes);
}

}  // namespace

#define HOOKS(bytes)                                                                                     \
    extern "C" void __tsan_read##bytes(void* address) {                                                  \
        sim::check::access(address, bytes, Access::read, __builtin_return_address(0));                   \
    }                                                                                                    \
    extern "C" void __tsan_write##bytes(void* address) {                                                 \
        sim::check::access(address, bytes, Access::write, __builtin_return_address(0));                  \
    }
// Where g++ doesn't know that an address is a multiple of the size, that must be checked.
#define UNALIGNED_HOOKS(bytes)                                                                           \
    extern "C" void __tsan_unaligned_read##bytes(void* address) {                                        \
        sim::check::access(address, bytes, Access::read, __builtin_return_address(0));                   \
    }                                                                                                    \
    extern "C" void __tsan_unaligned_write##bytes(void* address) {                                       \
        sim::check::access(address, bytes, Access::write, __builtin_return_address(0));                  \
    }

HOOKS(1)
HOOKS(2)
HOOKS(4)
HOOKS(8)
HOOKS(16)
UNALIGNED_HOOKS(2)
UNALIGNED_HOOKS(4)
UNALIGNED_HOOKS(8)
UNALIGNED_HOOKS(16)

extern "C" void __tsan_init() {}
extern "C" void __tsan_func_entry(void*) {}
extern "C" void __tsan_func_exit() {}
extern "C" void __tsan_vptr_update(void**, void*) {}
extern "C" void __tsan_vptr_read(void**) {}
extern "C" void __tsan_read_range(void* address, size_t bytes) {
    sim::check::access(address, bytes, Access::read, __builtin_return_address(0));
}
extern "C" void __tsan_write_range(void* address, size_t bytes) {
    sim::check::access(address, bytes, Access::write, __builtin_return_address(0));
}

namespace sim {

uint4 checked_load16(const void* from) {
    require_alignment(from, 16);
    check::access(from, 16, Access::read, __builtin_return_address(0));
    uint4 v;
    memcpy(&v, from, sizeof v);
    return v;
}

uint2 checked_load8(const void* from) {
    require_alignment(from, 8);
    check::access(from, 8, Access::read, __builtin_return_address(0));
    uint2 v;
    memcpy(&v, from, sizeof v);
    return v;
}

void checked_store16(void* to, uint4 v) {
    require_alignment(to, 16);
    check::access(to, 16, Access::write, __builtin_return_address(0));
    memcpy(to, &v, sizeof v);
}

}  // namespace sim
