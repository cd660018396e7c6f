// SPDX-License-Identifier: Apache-2.0
// Kernels without faults: right results and no findings under three schedules.
#include "tests.h"

#include <cmath>
#include <cstdio>
#include <cstring>

#include "../kdev_sim.h"
#include "device.h"

namespace selftest {

namespace {

std::vector<float> some_floats(int n) {
    std::vector<float> x(n);
    for (int i = 0; i < n; i++) x[i] = static_cast<float>(i * 7 % 31 - 15);
    return x;
}

void block_sum(const std::string& name) {
    Device device;
    const int n = 1000;
    auto x = some_floats(n);
    uint64_t in = device.upload(x), out = device.allocate(n * 4);
    expect(device.launch("clean_block_sum", 4, 256, {in, out, n}) == 0, name + " launch");
    expect(device.finish() == 0, name + " finish");
    auto sums = device.download<float>(out, n);
    for (int b = 0; b < 4; b++) {
        float sum = 0;
        for (int i = 256 * b; i < n && i < 256 * (b + 1); i++) sum += x[i];
        for (int i = 256 * b; i < n && i < 256 * (b + 1); i++) expect(sums[i] == sum, name + " result");
    }
    expect_clean(name);
}

void reverse(const std::string& name) {
    Device device;
    auto x = some_floats(128);
    uint64_t in = device.upload(x), out = device.allocate(512);
    device.launch("clean_reverse", 2, 64, {in, out}, 256);
    expect(device.finish() == 0, name + " finish");
    auto y = device.download<float>(out, 128);
    for (int i = 0; i < 128; i++) expect(y[i] == x[i / 64 * 64 + 63 - i % 64], name + " result");
    expect_clean(name);
}

void bytes(const std::string& name) {
    Device device;
    std::vector<int8_t> x(32);
    for (int i = 0; i < 32; i++) x[i] = static_cast<int8_t>(3 * i);
    uint64_t in = device.upload(x), out = device.allocate(15);
    device.launch("clean_bytes", 5, 32, {in, out});
    expect(device.finish() == 0, name + " finish");
    auto y = device.download<int8_t>(out, 15);
    for (int i = 0; i < 15; i++) expect(y[i] == x[i % 3 ^ 1] + i % 3, name + " result");
    expect_clean(name);
}

uint16_t bf16(float f) {
    uint32_t bits;
    memcpy(&bits, &f, 4);
    return static_cast<uint16_t>(bits >> 16);
}

void mma(const std::string& name) {
    Device device;
    auto a = some_floats(256), b = some_floats(128);
    std::vector<uint16_t> a16, b16;
    for (float f : a) a16.push_back(bf16(f));
    for (float f : b) b16.push_back(bf16(f));
    uint64_t da = device.upload(a16), db = device.upload(b16), dd = device.allocate(512);
    device.launch("clean_mma", 1, 32, {da, db, dd});
    expect(device.finish() == 0, name + " finish");
    auto d = device.download<float>(dd, 128);
    for (int i = 0; i < 128; i++) {
        float sum = 0;
        for (int k = 0; k < 16; k++) sum += a[i / 8 * 16 + k] * b[i % 8 * 16 + k];
        expect(d[i] == sum, name + " result");
    }
    expect_clean(name);
}

void mma_f16(const std::string& name) {
    Device device;
    auto a = some_floats(256), b = some_floats(256);
    std::vector<uint16_t> a16, b16;
    for (float f : a) a16.push_back(sim::float_to_half(f));
    for (float f : b) b16.push_back(sim::float_to_half(f));
    uint64_t da = device.upload(a16), db = device.upload(b16), dd = device.allocate(1024);
    device.launch("clean_mma_f16", 1, 32, {da, db, dd});
    expect(device.finish() == 0, name + " finish");
    auto d = device.download<float>(dd, 256);
    for (int i = 0; i < 256; i++) {
        float sum = 0;
        for (int k = 0; k < 16; k++) sum += a[i / 16 * 16 + k] * b[k * 16 + i % 16];
        expect(d[i] == sum, name + " result");
    }
    expect_clean(name);
}

void mma_s8(const std::string& name) {
    Device device;
    std::vector<int8_t> a(512), b(256);
    for (int i = 0; i < 512; i++) a[i] = static_cast<int8_t>(i * 37 % 255 - 127);
    for (int i = 0; i < 256; i++) b[i] = static_cast<int8_t>(i * 53 % 251 - 125);
    uint64_t da = device.upload(a), db = device.upload(b), dd = device.allocate(512);
    device.launch("clean_mma_s8", 1, 32, {da, db, dd});
    expect(device.finish() == 0, name + " finish");
    auto d = device.download<int>(dd, 128);
    for (int i = 0; i < 128; i++) {
        int sum = 0;
        for (int k = 0; k < 32; k++) sum += a[i / 8 * 32 + k] * b[i % 8 * 32 + k];
        expect(d[i] == sum, name + " result");
    }
    expect_clean(name);
}

// A chain whose kernels may overlap.
void grid_wait(const std::string& name) {
    Device device;
    auto x = some_floats(32);
    uint64_t weights = device.upload(x), y = device.upload(x);
    for (int i = 0; i < 3; i++) expect(device.launch_early("clean_grid_wait", 1, 32, {weights, y}) == 0, name + " launch");
    expect(device.finish() == 0, name + " finish");
    auto sums = device.download<float>(y, 32);
    for (int i = 0; i < 32; i++) expect(sums[i] == 4 * x[i], name + " result");
    expect_clean(name);
}

}  // namespace

void clean_kernels() {
    const char* schedules[] = {"forward", "reverse", "random"};
    for (int s = 0; s < 3; s++) {
        expect(simConfigure("schedule", s) == 0, "schedule");
        expect(simConfigure("seed", 42) == 0, "seed");
        std::string name = schedules[s];
        block_sum("clean_block_sum " + name);
        reverse("clean_reverse " + name);
        bytes("clean_bytes " + name);
        mma("clean_mma " + name);
        mma_f16("clean_mma_f16 " + name);
        mma_s8("clean_mma_s8 " + name);
        grid_wait("clean_grid_wait " + name);
    }
    simConfigure("schedule", 0);
}

}  // namespace selftest
