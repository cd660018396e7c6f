// SPDX-License-Identifier: Apache-2.0
// The shared memory of the running block. It starts as NaNs; dynamic memory ends at a page that faults.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sim {

class SharedMemory {
   public:
    static constexpr size_t static_limit = 48 * 1024;
    static constexpr size_t dynamic_limit = 227 * 1024;

    struct Array {
        const void* key;  // the declaration; null for dynamic memory
        char* start;
        size_t bytes;
    };

    void start_launch(size_t dynamic_bytes);
    void start_block();

    // The array of a declaration; null where the static arrays are too large.
    void* array(const void* key, size_t bytes);
    void* dynamic() { return arrays.front().start; }

    bool contains(const void* address) const;
    bool guards(const void* address) const;
    const Array* array_with(const void* address, size_t bytes) const;
    char* start() const { return memory; }
    static size_t span();

   private:
    char* memory = nullptr;
    size_t used = 0;
    std::vector<Array> arrays;
};

SharedMemory& shared_memory();

}  // namespace sim
