// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <thread>

#include "../numbers.h"
#include "device.h"
#include "tests.h"

namespace selftest {

namespace {

namespace cuda = sim::cuda;

void contexts() {
    Device device;
    uint64_t address;
    int elsewhere = 0;
    std::thread([&] { elsewhere = cuMemAlloc_v2(&address, 16); }).join();
    expect(elsewhere == cuda::invalid_context, "another thread has no context");
    cuCtxSetCurrent(0);
    expect(cuMemAlloc_v2(&address, 16) == cuda::invalid_context, "no context");
    cuCtxSetCurrent(0xc0);
    expect(cuMemAlloc_v2(&address, 16) == 0, "the context again");
}

void handles() {
    Device device;
    expect(cuStreamSynchronize(0x1234) == cuda::invalid_handle, "unknown stream");
    expect(cuMemFree_v2(0x1234) == cuda::invalid_value, "unknown memory");
    uint64_t x = device.allocate(16);
    expect(cuMemFree_v2(x + 4) == cuda::invalid_value, "inner address");
    expect(cuMemFree_v2(x) == 0, "free");
    expect(cuMemFree_v2(x) == cuda::invalid_value, "free twice");
    uint64_t y = device.allocate(16);
    expect(x != y, "addresses are new");
    char bytes[32] = {};
    expect(cuMemcpyHtoDAsync_v2(y, bytes, 17, device.stream) == cuda::invalid_value, "copy too long");
}

void modules() {
    Device device;
    uint64_t module, function;
    std::string ptx = simDeclaredPtx();
    char log[256];
    int names[] = {5, 6};
    void* values[] = {log, reinterpret_cast<void*>(sizeof log)};
    std::string other = ptx;
    other.replace(other.find(".b8 lint_strided_param_1[8]"), 27, ".b8 lint_strided_param_1[4]");
    expect(cuModuleLoadDataEx(&module, other.c_str(), 2, names, values) == cuda::invalid_ptx, "other parameters");
    expect(strstr(log, "lint_strided has other parameters") != nullptr, std::string("log: ") + log);
    const char unknown[] = ".version 8.0\n.target sm_80\n.visible .entry unknown_kernel(\n.param .u64 .ptr .align 1 a,\n"
                           ".param .f32 b\n)\n.maxntid 64\n{ ret; }\n";
    expect(cuModuleLoadDataEx(&module, unknown, 2, names, values) == cuda::invalid_ptx, "unknown kernel");
    expect(strstr(log, "unknown_kernel") != nullptr, std::string("log: ") + log);
    std::string newer = ptx;
    newer.replace(newer.find("8.0"), 3, "9.0");
    expect(cuModuleLoadDataEx(&module, newer.c_str(), 0, nullptr, nullptr) == 222, "newer PTX");
    std::string exact = ptx;
    exact.replace(exact.find("sm_80"), 5, "sm_90a");
    for (int capability : {89, 100}) {
        simConfigure("capability", capability);
        expect(cuModuleLoadDataEx(&module, exact.c_str(), 0, nullptr, nullptr) == 209, "PTX of one other device");
    }
    simConfigure("capability", 90);
    expect(cuModuleLoadDataEx(&module, exact.c_str(), 0, nullptr, nullptr) == 0, "PTX of this device");
    expect(cuModuleUnload(module) == 0, "unload that of this device");
    expect(cuModuleLoadDataEx(&module, "nonsense", 0, nullptr, nullptr) == cuda::invalid_image, "no PTX");
    expect(cuModuleLoadDataEx(&module, ptx.c_str(), 0, nullptr, nullptr) == 0, "PTX");
    expect(cuModuleGetFunction(&function, module, "no_such_kernel") == cuda::not_found, "unknown function");
    expect(cuModuleUnload(module) == 0, "unload");
}

void launches() {
    Device device;
    uint64_t x = device.allocate(16);
    expect(device.launch("lint_strided", 0, 32, {x, x}) == cuda::invalid_value, "empty grid");
    expect(device.launch("lint_strided", 1, 2048, {x, x}) == cuda::invalid_value, "large block");
    expect(device.launch("clean_reverse", 1, 64, {x, x}, 49 * 1024) == cuda::invalid_value, "more than 48 KB");
    uint64_t function = device.function("clean_reverse");
    expect(cuFuncSetAttribute(function, cuda::max_dynamic_shared, 256 * 1024) == cuda::invalid_value, "256 KB");
    expect(cuFuncSetAttribute(function, cuda::max_dynamic_shared, 64 * 1024) == 0, "64 KB");
    uint64_t in = device.upload(std::vector<float>(64, 1.0f)), out = device.allocate(256);
    expect(device.launch("clean_reverse", 1, 64, {in, out}, 49 * 1024) == 0, "more than 48 KB, allowed");
    expect(device.finish() == 0, "more than 48 KB, run");
}

void early_launches() {
    simConfigure("overlap", 0);
    {
        Device device;
        uint64_t x = device.allocate(128);
        expect(device.launch_early("clean_grid_wait", 1, 32, {x, x}) == 801, "a driver that takes no early launches");
    }
    simConfigure("overlap", 1);
}

void memory_ends() {
    simConfigure("memory", 1 << 20);
    {
        Device device;
        uint64_t address;
        expect(cuMemAlloc_v2(&address, 2 << 20) == cuda::out_of_memory, "more than there is");
        device.allocate(900 << 10);
        expect(cuMemAlloc_v2(&address, 200 << 10) == cuda::out_of_memory, "more than is left");
    }
    simConfigure("memory", uint64_t{4} << 30);
}

}  // namespace

void strictness() {
    contexts();
    handles();
    modules();
    launches();
    early_launches();
    memory_ends();
}

}  // namespace selftest
