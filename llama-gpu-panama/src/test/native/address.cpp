// SPDX-License-Identifier: Apache-2.0
// What an address that a kernel shouldn't have used has to do with the memory that there is.
#include "memory.h"
#include "report.h"
#include "scheduler.h"
#include "shared_memory.h"

namespace sim {

std::string describe_address(const void* address) {
    if (shared_memory().contains(address)) return format("shared memory out of bounds at %p", address);
    auto a = reinterpret_cast<uint64_t>(address);
    if (!device_memory().contains(a)) return format("%p is no address of the device", address);
    const Allocation* below = device_memory().at_or_below(a);
    if (below == nullptr) return format("%p lies before all allocations", address);
    auto start = static_cast<unsigned long long>(below->start);
    if (!below->live) return format("%p is in freed memory: %zu bytes at 0x%llx", address, below->bytes, start);
    long long behind = static_cast<long long>(a - below->start - below->bytes);
    return format("%p is out of bounds: %lld bytes behind the end of %zu bytes at 0x%llx", address, behind, below->bytes,
                  start);
}

}  // namespace sim
