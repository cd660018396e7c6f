// SPDX-License-Identifier: Apache-2.0
// The checked build's view of what kernels and copies do. Call these only under `if constexpr (checked)`: the fast
// build is linked without them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine.h"

namespace sim::check {

enum class Access { read, write };

// One access of the running fiber. `place` is the return address of the call that stands for it in the kernel.
// A bad address ends the kernel; races and values that nobody wrote are reported, once for each place.
void access(const void* address, unsigned bytes, Access kind, const void* place);

void kernel_started(bool overlaps);
void block_started();
void kernel_ended();

// A thread left its kernel: its asynchronous copies must have been waited for.
void thread_ended(const Fiber& fiber);

// An asynchronous copy to shared memory began: until it's waited for there is no value.
void copy_started(const void* shared, unsigned bytes, const void* place);

// Memory of the device, or shared memory, got values from no kernel, which ends all that overlap; or it has none.
void defined(uint64_t address, size_t bytes);
void undefined(uint64_t address, size_t bytes);

// The offset of the first byte of device memory without a value; `bytes` if all have one.
size_t first_undefined(uint64_t address, size_t bytes);

// Reports once for each kind and place in a launch.
void find(const char* kind, const void* place, const std::string& text);

}  // namespace sim::check
