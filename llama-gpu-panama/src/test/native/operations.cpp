// SPDX-License-Identifier: Apache-2.0
#include "operations.h"

#include <cstring>

#include "check.h"
#include "memory.h"
#include "report.h"

namespace sim {

namespace {

void* pointer(uint64_t address) { return reinterpret_cast<void*>(address); }

bool still_valid(uint64_t address, size_t bytes) {
    if (device_memory().valid(address, bytes)) return true;
    report(format("a copy or fill of %zu bytes at 0x%llx uses freed memory", bytes,
                  static_cast<unsigned long long>(address)));
    return false;
}

void mark_defined(uint64_t address, size_t bytes) {
    if constexpr (checked) check::defined(address, bytes);
}

uint64_t hash(const char* bytes, size_t n) {
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < n; i++) h = (h ^ static_cast<unsigned char>(bytes[i])) * 1099511628211u;
    return h;
}

size_t words_of(size_t bytes) { return (bytes + sizeof(void*) - 1) / sizeof(void*); }

}  // namespace

int Copy::run() const {
    if (ends.to_device && !still_valid(ends.to, ends.bytes)) return cuda::illegal_address;
    if (ends.from_device && !still_valid(ends.from, ends.bytes)) return cuda::illegal_address;
    memmove(pointer(ends.to), pointer(ends.from), ends.bytes);
    if (!ends.to_device) return cuda::success;
    mark_defined(ends.to, ends.bytes);
    if constexpr (checked) {
        size_t defined = ends.from_device ? check::first_undefined(ends.from, ends.bytes) : ends.bytes;
        if (defined < ends.bytes) check::undefined(ends.to + defined, ends.bytes - defined);
    }
    return cuda::success;
}

uint64_t Copy::fingerprint() const {
    return checked && !ends.from_device ? hash(static_cast<const char*>(pointer(ends.from)), ends.bytes) : 0;
}

Upload::Upload(uint64_t to, const void* from, size_t bytes)
    : to(to), content(static_cast<const char*>(from), static_cast<const char*>(from) + bytes) {}

int Upload::run() const {
    if (!still_valid(to, content.size())) return cuda::illegal_address;
    memcpy(pointer(to), content.data(), content.size());
    mark_defined(to, content.size());
    return cuda::success;
}

int Fill::run() const {
    if (!still_valid(to, bytes)) return cuda::illegal_address;
    memset(pointer(to), value, bytes);
    mark_defined(to, bytes);
    return cuda::success;
}

int FreeMemory::run() const { return device_memory().free(start) ? cuda::success : cuda::illegal_address; }

KernelLaunch::KernelLaunch(const Kernel& kernel, const LaunchSize& size, void** parameters)
    : launch{kernel.entry.name, kernel.code->call, nullptr, 0, size.grid, size.block, size.dynamic_shared, size.overlaps} {
    const Registration& code = *kernel.code;
    size_t words = code.parameters;
    for (int i = 0; i < code.parameters; i++) words += words_of(code.sizes[i]);
    arguments.resize(words);
    void** value = arguments.data() + code.parameters;
    for (int i = 0; i < code.parameters; i++) {
        arguments[i] = value;
        memcpy(value, parameters[i], code.sizes[i]);
        value += words_of(code.sizes[i]);
    }
    launch.arguments = arguments.data();
    launch.argument_bytes = words * sizeof(void*);
}

int KernelLaunch::run() const { return run_kernel(launch); }

int GraphLaunch::run() const {
    for (const auto& operation : graph->operations) {
        if (int code = operation->run()) return code;
    }
    return cuda::success;
}

uint64_t GraphLaunch::fingerprint() const {
    uint64_t h = 0;
    for (const auto& operation : graph->operations) h = h * 31 + operation->fingerprint();
    return h;
}

}  // namespace sim
