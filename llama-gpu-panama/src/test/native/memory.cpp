// SPDX-License-Identifier: Apache-2.0
#include "memory.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

#include "check.h"
#include "report.h"
#include "settings.h"

namespace sim {

namespace {

constexpr size_t page = 4096;
constexpr size_t alignment = 256;
constexpr int never_written = 0xff;
// Larger memory starts as zeros: filling it would make it resident.
constexpr size_t most_filled = size_t{64} << 20;

size_t round_up(size_t n, size_t to) { return (n + to - 1) / to * to; }

}  // namespace

void DeviceMemory::reserve() {
    if (memory != nullptr) return;
    void* p = mmap(nullptr, span, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) throw std::bad_alloc();
    memory = static_cast<char*>(p);
    next = page;
}

uint64_t DeviceMemory::allocate(size_t bytes) {
    reserve();
    size_t pages = round_up(bytes, page);
    if (bytes > settings().memory || used + bytes > settings().memory || next + pages + page > span) return 0;
    char* first = memory + next;
    if (mprotect(first, pages, PROT_READ | PROT_WRITE) != 0) return 0;
    next += pages + page;
    auto start = reinterpret_cast<uint64_t>(first + pages - round_up(bytes, alignment));
    if (bytes <= most_filled) memset(first, never_written, pages);
    used += bytes;
    allocations[start] = {start, bytes, true};
    if constexpr (checked) check::undefined(start, bytes);
    return start;
}

bool DeviceMemory::free(uint64_t start) {
    auto found = allocations.find(start);
    if (found == allocations.end() || !found->second.live) return false;
    Allocation& a = found->second;
    a.live = false;
    used -= a.bytes;
    size_t pages = round_up(a.bytes, page);
    auto end = reinterpret_cast<char*>(start + round_up(a.bytes, alignment));
    mmap(end - pages, pages, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    return true;
}

void DeviceMemory::free_all() {
    for (auto& entry : allocations) {
        if (entry.second.live) free(entry.first);
    }
}

const Allocation* DeviceMemory::at_or_below(uint64_t address) const {
    auto after = allocations.upper_bound(address);
    return after == allocations.begin() ? nullptr : &std::prev(after)->second;
}

bool DeviceMemory::valid(uint64_t address, size_t bytes) const {
    const Allocation* a = at_or_below(address);
    return a != nullptr && a->holds(address, bytes);
}

void* PinnedMemory::allocate(size_t bytes) {
    size_t pages = round_up(bytes, page);
    void* p = mmap(nullptr, pages + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return nullptr;
    mprotect(static_cast<char*>(p) + pages, page, PROT_NONE);
    ranges[reinterpret_cast<uint64_t>(p)] = {bytes, false};
    return p;
}

bool PinnedMemory::free(void* start) {
    auto found = ranges.find(reinterpret_cast<uint64_t>(start));
    if (found == ranges.end() || found->second.registered) return false;
    munmap(start, round_up(found->second.bytes, page) + page);
    ranges.erase(found);
    return true;
}

bool PinnedMemory::add(void* start, size_t bytes) {
    return ranges.insert({reinterpret_cast<uint64_t>(start), {bytes, true}}).second;
}

bool PinnedMemory::remove(void* start) {
    auto found = ranges.find(reinterpret_cast<uint64_t>(start));
    if (found == ranges.end() || !found->second.registered) return false;
    ranges.erase(found);
    return true;
}

bool PinnedMemory::contains(const void* address, size_t bytes) const {
    auto a = reinterpret_cast<uint64_t>(address);
    auto after = ranges.upper_bound(a);
    if (after == ranges.begin()) return false;
    auto range = std::prev(after);
    return a + bytes <= range->first + range->second.bytes;
}

void PinnedMemory::free_all() {
    while (!ranges.empty()) {
        auto start = reinterpret_cast<void*>(ranges.begin()->first);
        if (!free(start)) remove(start);
    }
}

DeviceMemory& device_memory() {
    static DeviceMemory& memory = *new DeviceMemory;
    return memory;
}

PinnedMemory& pinned_memory() {
    static PinnedMemory& memory = *new PinnedMemory;
    return memory;
}

}  // namespace sim
