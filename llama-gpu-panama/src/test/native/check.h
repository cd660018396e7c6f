// SPDX-License-Identifier: Apache-2.0
// The checked build's view of what kernels and copies do. Call these only under `if constexpr (checked)`: the fast
// build is linked without them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine.h"

namespace sim::check {

enum class Access { read, write };

// One access of the running fiber. `place` is a return address in the kernel; site is used where that isn't known.
void access(const void* address, unsigned bytes, Access kind, const void* place);

void kernel_started();
void kernel_ended();

// A thread left its kernel: its asynchronous copies must have been waited for.
void thread_ended(const Fiber& fiber);

// The host or a copy wrote device memory, or memory began to exist without values.
void defined(uint64_t address, size_t bytes);
void undefined(uint64_t address, size_t bytes);

// Whether the first undefined byte of device memory is below address + bytes: its offset, or bytes if there is none.
size_t first_undefined(uint64_t address, size_t bytes);

}  // namespace sim::check
