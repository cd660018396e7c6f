// SPDX-License-Identifier: Apache-2.0
#include "shared_memory.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

#include "check.h"

namespace sim {

namespace {
constexpr size_t page = 4096;
constexpr size_t static_span = 128 * 1024;  // arrays and the gaps between them
constexpr size_t dynamic_span = 228 * 1024;
constexpr size_t gap = 64;
constexpr int never_written = 0xff;  // NaN as a float

size_t round_up(size_t n, size_t to) { return (n + to - 1) / to * to; }

void clear(const SharedMemory::Array& array) {
    memset(array.start, never_written, array.bytes);
    if constexpr (checked) check::undefined(reinterpret_cast<uint64_t>(array.start), array.bytes);
}
}  // namespace

size_t SharedMemory::span() { return static_span + page + dynamic_span + page; }

void SharedMemory::start_launch(size_t dynamic_bytes) {
    if (memory == nullptr) {
        void* p = mmap(nullptr, span(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED) throw std::bad_alloc();
        memory = static_cast<char*>(p);
        mprotect(memory + static_span, page, PROT_NONE);
        mprotect(memory + span() - page, page, PROT_NONE);
    }
    used = 0;
    char* end = memory + span() - page;
    arrays.clear();
    arrays.push_back({nullptr, end - round_up(dynamic_bytes, 16), dynamic_bytes});
}

void SharedMemory::start_block() {
    for (const Array& a : arrays) clear(a);
}

void* SharedMemory::array(const void* key, size_t bytes) {
    for (size_t i = 1; i < arrays.size(); i++) {
        if (arrays[i].key == key) return arrays[i].start;
    }
    size_t total = bytes;
    for (size_t i = 1; i < arrays.size(); i++) total += arrays[i].bytes;
    if (total > static_limit) return nullptr;
    arrays.push_back({key, memory + used, bytes});
    used += round_up(bytes, 16) + gap;
    clear(arrays.back());
    return arrays.back().start;
}

bool SharedMemory::contains(const void* address) const {
    return static_cast<size_t>(static_cast<const char*>(address) - memory) < span();
}

bool SharedMemory::guards(const void* address) const {
    if (!contains(address)) return false;
    size_t offset = static_cast<const char*>(address) - memory;
    return offset >= span() - page || (offset >= static_span && offset < static_span + page);
}

const SharedMemory::Array* SharedMemory::array_with(const void* address, size_t bytes) const {
    auto a = static_cast<const char*>(address);
    for (const Array& array : arrays) {
        if (a >= array.start && a + bytes <= array.start + array.bytes) return &array;
    }
    return nullptr;
}

SharedMemory& shared_memory() {
    static SharedMemory& shared = *new SharedMemory;
    return shared;
}

}  // namespace sim
