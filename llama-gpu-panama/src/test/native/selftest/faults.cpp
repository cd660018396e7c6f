// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "../numbers.h"
#include "device.h"
#include "tests.h"

namespace selftest {

namespace {

namespace cuda = sim::cuda;

std::vector<float> ones(int n) { return std::vector<float>(n, 1.0f); }

// A kernel of one output and one block must end with this result, and the finding have this in its text.
void expect_fault(const char* name, unsigned threads, int result, const std::string& part) {
    Device device;
    uint64_t out = device.allocate(4 * threads);
    expect(device.launch(name, 1, threads, {out}) == 0, std::string(name) + " launch");
    expect(device.finish() == result, std::string(name) + " result");
    expect_reported(part, name);
}

void faults_of_every_build() {
    expect_fault("fault_divergent_barrier", 64, cuda::launch_failed, "divergent barrier: faults.cu:");
    expect_fault("fault_partial_shuffle", 32, cuda::launch_failed, "exchange of all lanes");
    expect_fault("fault_deadlock", 32, cuda::launch_failed, "every thread waits");
}

void bad_addresses() {
    {
        Device device;
        uint64_t x = device.allocate(256);
        expect(device.launch("fault_out_of_bounds", 1, 256 / 4 + 0u, {x, 63}) == 0, "in bounds launch");
        expect(device.finish() == 0, "in bounds");
        expect(device.launch("fault_cross_block", 1, 32, {0, x}) == 0, "null launch");
        expect(device.finish() == cuda::illegal_address, "null result");
        expect_reported("no address of the device", "null");
        expect(cuMemFree_v2(x) == cuda::illegal_address, "errors of kernels stick");
    }
    Device device;
    uint64_t x = device.allocate(4096), out = device.allocate(128);
    expect(cuMemFree_v2(x) == 0, "free");
    device.launch("fault_uninitialised", 1, 32, {x, out});
    expect(device.finish() == cuda::illegal_address, "freed memory result");
    expect_reported("freed memory", "freed memory");
}

void misuse_of_instructions() {
    {
        Device device;
        uint64_t x = device.upload(ones(256)), out = device.allocate(128);
        device.launch("fault_misaligned", 1, 32, {x, out});
        expect(device.finish() == cuda::misaligned_address, "fault_misaligned result");
        expect_reported("misaligned", "fault_misaligned");
    }
    Device device;
    device.launch("fault_division", 1, 32, {device.allocate(128), 0});
    expect(device.finish() == cuda::launch_failed, "fault_division result");
    expect_reported("division by zero", "fault_division");
}

void far_out_of_shared() {
    Device device;
    device.launch("fault_dynamic_shared", 1, 32, {device.allocate(128), 32}, 128);
    expect(device.finish() == cuda::illegal_address, "fault_dynamic_shared result");
    expect_reported("shared memory out of bounds", "fault_dynamic_shared");
}

void missing_wait_shows_as_nan() {
    Device device;
    uint64_t x = device.upload(ones(128)), out = device.allocate(128);
    device.launch("fault_missing_wait", 1, 32, {x, out});
    expect(device.finish() == 0, "fault_missing_wait result");
    expect(std::isnan(device.download<float>(out, 32)[5]), "fault_missing_wait is NaN");
}

void memory_checks() {
    {
        Device device;
        uint64_t x = device.allocate(200);
        device.launch("fault_out_of_bounds", 1, 64, {x, 50});
        expect(device.finish() == cuda::illegal_address, "fault_out_of_bounds result");
        expect_reported("memcheck: write of 4 bytes at faults.cu:8", "fault_out_of_bounds");
        expect_reported("0 bytes behind the end of 200 bytes", "fault_out_of_bounds");
    }
    {
        Device device;
        uint64_t x = device.allocate(128), out = device.allocate(128);
        device.launch("fault_uninitialised", 1, 32, {x, out});
        expect(device.finish() == cuda::launch_failed, "fault_uninitialised result");
        expect_reported("initcheck: read of 4 bytes at faults.cu:", "fault_uninitialised");
    }
    expect_fault("fault_uninitialised_shared", 32, cuda::launch_failed, "initcheck: read of 4 bytes at faults.cu:");
}

void race_checks() {
    const std::string found = "racecheck: ";
    expect_fault("fault_read_before_barrier", 64, cuda::launch_failed, found);
    expect_fault("fault_write_before_barrier", 64, cuda::launch_failed, found);
    expect_fault("fault_missing_warp_barrier", 32, cuda::launch_failed, found);
    expect_fault("fault_missed_barrier", 64, cuda::launch_failed, "is missed by 24 ended threads");
    Device device;
    uint64_t x = device.allocate(256), out = device.allocate(256);
    device.launch("fault_cross_block", 2, 32, {x, out});
    expect(device.finish() == cuda::launch_failed, "fault_cross_block result");
    expect_reported("another block", "fault_cross_block");
}

void missing_wait_check() {
    Device device;
    uint64_t x = device.upload(ones(128)), out = device.allocate(128);
    device.launch("fault_missing_wait", 1, 32, {x, out});
    expect(device.finish() == cuda::launch_failed, "fault_missing_wait result");
    expect_reported("nobody wrote this shared memory", "fault_missing_wait");
}

void missed_grid_wait() {
    Device device;
    device.launch_early("fault_no_grid_wait", 1, 32, {device.allocate(128)});
    expect(device.finish() == cuda::launch_failed, "fault_no_grid_wait result");
    expect_reported("ended before grid_wait", "fault_no_grid_wait");
}

// Launches of which the second may overlap the first.
void overlap_checks() {
    {
        Device device;
        uint64_t x = device.upload(ones(32)), out = device.allocate(128);
        device.launch_early("fault_read_before_grid_wait", 1, 32, {x, out});
        expect(device.finish() == 0, "what was copied may be read early");
        device.launch("clean_grid_wait", 1, 32, {out, x});
        device.launch_early("fault_read_before_grid_wait", 1, 32, {x, out});
        expect(device.finish() == cuda::launch_failed, "fault_read_before_grid_wait result");
        expect_reported("overlapcheck: read of 4 bytes at faults.cu:", "fault_read_before_grid_wait");
    }
    Device device;
    device.launch_early("fault_write_before_grid_wait", 1, 32, {device.allocate(128)});
    expect(device.finish() == cuda::launch_failed, "fault_write_before_grid_wait result");
    expect_reported("overlapcheck: write of 4 bytes at faults.cu:", "fault_write_before_grid_wait");
}

void access_patterns() {
    Device device;
    simClearAccessPatterns();
    uint64_t x = device.upload(ones(32 * 32)), out = device.allocate(128);
    device.launch("lint_strided", 1, 32, {x, out});
    expect(device.finish() == 0, "lint_strided result");
    std::string text = simAccessPatterns();
    expect(text.find("lint_strided: 1 requests, 32.0 sectors each, 4.0 needed") != std::string::npos, "lint: " + text);
    expect(text.find("lint_strided: 1 requests, 4.0 sectors each, 4.0 needed") != std::string::npos, "lint: " + text);
}

}  // namespace

void planted_faults() {
    faults_of_every_build();
    bad_addresses();
    misuse_of_instructions();
    far_out_of_shared();
    missed_grid_wait();
    if (simChecked() == 0) {
        missing_wait_shows_as_nan();
        return;
    }
    memory_checks();
    missing_wait_check();
    overlap_checks();
    access_patterns();
    for (int schedule = 0; schedule < 3; schedule++) {
        simConfigure("schedule", schedule);
        race_checks();
    }
    simConfigure("schedule", 0);
}

}  // namespace selftest
