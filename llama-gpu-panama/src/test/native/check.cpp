// SPDX-License-Identifier: Apache-2.0
#include "check.h"

#include <link.h>

#include <set>

#include "access_patterns.h"
#include "check_race.h"
#include "memory.h"
#include "numbers.h"
#include "scheduler.h"
#include "shared_memory.h"

namespace sim::check {

namespace {

Shadow* device_shadow = nullptr;
Shadow* shared_shadow = nullptr;
Period period;
// The clock from which on kernels may still run when the next one that overlaps them begins.
uint32_t overlap_start;
std::set<std::pair<const char*, const void*>>& found = *new std::set<std::pair<const char*, const void*>>;

Shadow* shadow_of(uint64_t address) {
    if (device_memory().contains(address)) {
        if (device_shadow == nullptr) device_shadow = new Shadow(device_memory().base(), DeviceMemory::span);
        return device_shadow;
    }
    if (!shared_memory().contains(reinterpret_cast<void*>(address))) return nullptr;
    auto start = reinterpret_cast<uint64_t>(shared_memory().start());
    if (shared_shadow == nullptr) shared_shadow = new Shadow(start, SharedMemory::span());
    return shared_shadow;
}

// The addresses of this library: kernels may read their tables there.
struct Image {
    uint64_t start = 0, end = 0;
};

int find_image(dl_phdr_info* info, size_t, void* image) {
    Image found_image;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const auto& segment = info->dlpi_phdr[i];
        if (segment.p_type != PT_LOAD) continue;
        uint64_t start = info->dlpi_addr + segment.p_vaddr;
        if (found_image.start == 0) found_image.start = start;
        found_image.end = start + segment.p_memsz;
    }
    auto self = reinterpret_cast<uint64_t>(&find_image);
    if (self < found_image.start || self >= found_image.end) return 0;
    *static_cast<Image*>(image) = found_image;
    return 1;
}

bool in_image(uint64_t address) {
    static const Image image = [] {
        Image i;
        dl_iterate_phdr(find_image, &i);
        return i;
    }();
    return address >= image.start && address < image.end;
}

// Memory that isn't the device's but may be used: its arguments and variables, tables, pinned memory.
bool is_other_memory(const void* address, unsigned bytes) {
    auto a = reinterpret_cast<uint64_t>(address);
    auto offset = a - reinterpret_cast<uint64_t>(running_launch()->arguments);
    bool argument = offset < running_launch()->argument_bytes;
    return argument || in_fiber_stack(address) || in_image(a) || pinned_memory().contains(address, bytes);
}

bool in_bounds(uint64_t address, unsigned bytes) {
    static Allocation last = {0, 0, false};
    static uint32_t of_launch = 0;
    if (of_launch == launch_serial() && last.holds(address, bytes)) return true;
    const Allocation* a = device_memory().at_or_below(address);
    if (a == nullptr || !a->holds(address, bytes)) return false;
    last = *a;
    of_launch = launch_serial();
    return true;
}

std::string said(Access kind, unsigned bytes, const void* place) {
    return format("%s of %u bytes at ", kind == Access::read ? "read" : "write", bytes) + place_of(place);
}

void check_bounds(const void* address, unsigned bytes, Access kind, const void* place) {
    auto a = reinterpret_cast<uint64_t>(address);
    bool valid = device_memory().contains(a) ? in_bounds(a, bytes)
                                             : shared_memory().array_with(address, bytes) != nullptr;
    if (valid) return;
    abandon(cuda::illegal_address, "memcheck: " + said(kind, bytes, place) + ": " + describe_address(address));
}

void check_value(Shadow& shadow, uint64_t address, unsigned bytes, const void* place, bool shared) {
    if (!settings().initcheck || shadow.all_defined(address, bytes)) return;
    find("initcheck", place, said(Access::read, bytes, place) + ": nobody wrote this " +
                                 (shared ? "shared memory" : "memory"));
}

std::string race_text(const Mark& other, Access kind, unsigned bytes, const void* place, bool shared) {
    bool other_block = !shared && (other.crowd == of_many_blocks || other.clock < period.block_start);
    std::string who = other_block ? "another block" : "thread " + std::to_string(other.thread) + " of the block";
    return said(kind, bytes, place) + ": " + who + " used the same " + (shared ? "shared memory" : "memory") +
           ", with no barrier between";
}

void check_races(Shadow& shadow, uint64_t address, unsigned bytes, Access kind, const void* place, bool shared) {
    const Fiber& fiber = *running_fiber();
    for (uint64_t a = address; a < address + bytes;) {
        unsigned offset = a % granule;
        unsigned count = std::min<uint64_t>(granule - offset, address + bytes - a);
        Mark now = mark_now(fiber, static_cast<uint8_t>(((1u << count) - 1) << offset));
        const Mark* other = race(shadow.cell(a), now, kind == Access::write, period, shared);
        if (other != nullptr) find("racecheck", place, race_text(*other, kind, bytes, place, shared));
        a += count;
    }
}

// A kernel that overlaps those ahead of it has no order with them before grid_wait.
void check_overlap(Shadow& shadow, uint64_t address, unsigned bytes, Access kind, const void* place) {
    if (!running_launch()->overlaps || running_fiber()->waited) return;
    if (kind == Access::write) {
        find("overlapcheck", place, said(kind, bytes, place) + ": comes before grid_wait");
        return;
    }
    for (uint64_t a = address; a < address + bytes; a += granule - a % granule) {
        const Mark& written = shadow.cell(a).write;
        if (written.bytes == 0 || written.clock < overlap_start || written.clock >= period.launch_start) continue;
        find("overlapcheck", place,
             said(kind, bytes, place) + ": a kernel wrote this that may still run, since grid_wait comes later");
    }
}

}  // namespace

void find(const char* kind, const void* place, const std::string& text) {
    if (found.insert({kind, place}).second) report(std::string(kind) + ": " + text);
}

void access(const void* address, unsigned bytes, Access kind, const void* place) {
    if (running == nullptr || bytes == 0) return;
    auto a = reinterpret_cast<uint64_t>(address);
    Shadow* shadow = shadow_of(a);
    if (shadow == nullptr) {
        if (is_other_memory(address, bytes)) return;
        abandon(cuda::illegal_address, "memcheck: " + said(kind, bytes, place) + ": " + describe_address(address));
    }
    check_bounds(address, bytes, kind, place);
    bool shared = shadow == shared_shadow;
    if (!shared) check_overlap(*shadow, a, bytes, kind, place);
    access_patterns().add(place, *running_fiber(), a, bytes, shared);
    if (kind == Access::read) {
        check_value(*shadow, a, bytes, place, shared);
    } else {
        shadow->set(a, bytes, true);
    }
    check_races(*shadow, a, bytes, kind, place, shared);
}

void kernel_started(bool overlaps) {
    found.clear();
    period.launch_start = barrier_clock() + 1;
    if (!overlaps) overlap_start = period.launch_start;
    access_patterns().start_launch();
}

void block_started() {
    period.block_start = barrier_clock();
    access_patterns().start_block();
}

void kernel_ended() { access_patterns().end_launch(); }

void thread_ended(const Fiber& fiber) {
    if (fiber.pending == 0) return;
    const Site& site = block.copies[fiber.number][0].site;
    find("synccheck", &site, "the asynchronous copy at " + text(site) + " is never waited for");
}

void copy_started(const void* shared, unsigned bytes, const void* place) {
    access(shared, bytes, Access::write, place);
    undefined(reinterpret_cast<uint64_t>(shared), bytes);
}

void defined(uint64_t address, size_t bytes) {
    if (running == nullptr) overlap_start = barrier_clock() + 1;
    shadow_of(address)->set(address, bytes, true);
}

void undefined(uint64_t address, size_t bytes) { shadow_of(address)->set(address, bytes, false); }

size_t first_undefined(uint64_t address, size_t bytes) { return shadow_of(address)->first_undefined(address, bytes); }

}  // namespace sim::check
