// SPDX-License-Identifier: Apache-2.0
#include "check_shadow.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

namespace sim::check {

namespace {
void* reserve(size_t bytes) {
    void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) throw std::bad_alloc();
    madvise(p, bytes, MADV_DONTDUMP);
    return p;
}
}  // namespace

Shadow::Shadow(uint64_t base, size_t span)
    : base(base),
      span(span),
      has_value(static_cast<uint8_t*>(reserve(span))),
      cells(static_cast<Cell*>(reserve(span / granule * sizeof(Cell)))) {}

void Shadow::set(uint64_t address, size_t bytes, bool value) { memset(has_value + (address - base), value, bytes); }

size_t Shadow::first_undefined(uint64_t address, size_t bytes) const {
    const uint8_t* start = has_value + (address - base);
    auto found = static_cast<const uint8_t*>(memchr(start, 0, bytes));
    return found == nullptr ? bytes : found - start;
}

}  // namespace sim::check
