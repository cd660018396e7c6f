// SPDX-License-Identifier: Apache-2.0
#include "device.h"

#include <cstdio>

namespace selftest {

namespace {
int failed = 0;

void print_reports() {
    for (int i = 0; i < simReportCount(); i++) fprintf(stderr, "    found: %s\n", simReport(i));
}
}  // namespace

void expect(bool condition, const std::string& what) {
    if (condition) return;
    failed++;
    fprintf(stderr, "FAILED %s\n", what.c_str());
    print_reports();
}

int failures() { return failed; }

void expect_reported(const std::string& part, const std::string& test) {
    bool found = false;
    for (int i = 0; i < simReportCount(); i++) found |= std::string(simReport(i)).find(part) != std::string::npos;
    expect(found, test + ": expected a finding with \"" + part + "\"");
}

void expect_clean(const std::string& test) { expect(simReportCount() == 0, test + ": expected no finding"); }

Device::Device() {
    simClearReports();
    uint64_t context;
    expect(cuInit(0) == 0, "cuInit");
    expect(cuDevicePrimaryCtxRetain(&context, 0) == 0, "cuDevicePrimaryCtxRetain");
    expect(cuCtxSetCurrent(context) == 0, "cuCtxSetCurrent");
    expect(cuStreamCreate(&stream, 1) == 0, "cuStreamCreate");
    expect(cuModuleLoadDataEx(&module, simDeclaredPtx(), 0, nullptr, nullptr) == 0, "cuModuleLoadDataEx");
}

Device::~Device() {
    cuCtxSetCurrent(0);
    expect(cuDevicePrimaryCtxRelease_v2(0) == 0, "cuDevicePrimaryCtxRelease");
}

uint64_t Device::allocate(size_t bytes) {
    uint64_t address = 0;
    expect(cuMemAlloc_v2(&address, bytes) == 0, "cuMemAlloc");
    return address;
}

uint64_t Device::function(const char* name) {
    uint64_t function = 0;
    expect(cuModuleGetFunction(&function, module, name) == 0, std::string("cuModuleGetFunction ") + name);
    return function;
}

int Device::launch(const char* name, unsigned grid, unsigned block, std::initializer_list<uint64_t> arguments,
                   unsigned shared) {
    std::vector<uint64_t> values(arguments);
    std::vector<void*> pointers;
    for (uint64_t& v : values) pointers.push_back(&v);
    return cuLaunchKernel(function(name), grid, 1, 1, block, 1, 1, shared, stream, pointers.data(), nullptr);
}

int Device::launch_early(const char* name, unsigned grid, unsigned block, std::initializer_list<uint64_t> arguments) {
    std::vector<uint64_t> values(arguments);
    std::vector<void*> pointers;
    for (uint64_t& v : values) pointers.push_back(&v);
    const int attribute[18] = {6, 0, 1};
    const struct {
        unsigned grid[3], block[3], shared;
        uint64_t stream;
        const void* attributes;
        unsigned attribute_count;
    } config = {{grid, 1, 1}, {block, 1, 1}, 0, stream, attribute, 1};
    return cuLaunchKernelEx(&config, function(name), pointers.data(), nullptr);
}

int Device::finish() { return cuStreamSynchronize(stream); }

}  // namespace selftest
