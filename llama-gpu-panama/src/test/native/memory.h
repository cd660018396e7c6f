// SPDX-License-Identifier: Apache-2.0
// Device memory and pinned host memory. Allocations end within 255 bytes of a page that faults, addresses are never
// given out twice, and new memory holds NaNs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

namespace sim {

struct Allocation {
    uint64_t start;
    size_t bytes;
    bool live;

    bool holds(uint64_t address, size_t n) const { return live && address >= start && address + n <= start + bytes; }
};

class DeviceMemory {
   public:
    static constexpr size_t span = size_t{256} << 30;

    // 0 where the device has not enough left.
    uint64_t allocate(size_t bytes);
    bool free(uint64_t start);
    void free_all();

    bool valid(uint64_t address, size_t bytes) const;
    // The allocation, dead or alive, with the highest start not above the address, or null.
    const Allocation* at_or_below(uint64_t address) const;
    size_t bytes_used() const { return used; }
    uint64_t base() const { return reinterpret_cast<uint64_t>(memory); }
    bool contains(uint64_t address) const { return address - base() < span && memory != nullptr; }
    const std::map<uint64_t, Allocation>& all() const { return allocations; }

   private:
    void reserve();
    char* memory = nullptr;
    size_t next = 0;
    size_t used = 0;
    std::map<uint64_t, Allocation> allocations;
};

// Page-locked memory of the host, which asynchronous copies read and write when they run, not when they are called.
class PinnedMemory {
   public:
    void* allocate(size_t bytes);
    bool free(void* start);
    bool add(void* start, size_t bytes);
    bool remove(void* start);
    bool contains(const void* address, size_t bytes) const;
    void free_all();

   private:
    struct Range {
        size_t bytes;
        bool registered;
    };
    std::map<uint64_t, Range> ranges;
};

DeviceMemory& device_memory();
PinnedMemory& pinned_memory();

}  // namespace sim
