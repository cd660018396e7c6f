// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "../numbers.h"
#include "device.h"
#include "tests.h"

namespace selftest {

namespace {

namespace cuda = sim::cuda;

float* pinned(size_t floats) {
    void* p = nullptr;
    expect(cuMemHostAlloc(&p, floats * 4, 0) == 0, "cuMemHostAlloc");
    return static_cast<float*>(p);
}

void copies_are_lazy() {
    Device device;
    float* host = pinned(2);
    uint64_t x = device.allocate(4);
    host[0] = 1;
    host[1] = 0;
    cuMemcpyHtoDAsync_v2(x, host, 4, device.stream);
    cuMemcpyDtoHAsync_v2(host + 1, x, 4, device.stream);
    expect(host[1] == 0, "nothing runs before it is waited for");
    expect(cuStreamQuery(device.stream) == cuda::not_ready, "not ready");
    expect(device.finish() == 0, "finish");
    expect(host[1] == 1, "copied");
    expect_clean("lazy copies");
}

void reused_pinned_buffer() {
    Device device;
    float* host = pinned(1);
    uint64_t x = device.allocate(4);
    host[0] = 1;
    cuMemcpyHtoDAsync_v2(x, host, 4, device.stream);
    host[0] = 2;
    device.finish();
    expect(device.download<float>(x, 1)[0] == 2, "pinned memory is read late");
    if (simChecked() != 0) expect_reported("pinned memory was changed", "reused pinned buffer");
    float pageable = 3;
    cuMemcpyHtoDAsync_v2(x, &pageable, 4, device.stream);
    pageable = 4;
    expect(device.download<float>(x, 1)[0] != 4, "pageable memory is read at the call");
}

void events_order_streams() {
    for (int seed = 1; seed < 20; seed++) {
        simConfigure("schedule", 2);
        simConfigure("seed", seed);
        Device device;
        uint64_t other, event, late;
        cuStreamCreate(&other, 1);
        cuEventCreate(&event, 0);
        cuEventCreate(&late, 0);
        uint64_t x = device.upload(std::vector<float>(64, 1.0f)), y = device.allocate(256), z = device.allocate(256);
        device.launch("clean_reverse", 1, 64, {x, y}, 256);
        cuEventRecord(event, device.stream);
        cuStreamWaitEvent(other, event, 0);
        cuMemcpyDtoDAsync_v2(z, y, 256, other);
        cuEventRecord(late, other);
        float milliseconds;
        expect(cuEventElapsedTime(&milliseconds, event, late) == cuda::not_ready, "elapsed time of what hasn't run");
        expect(cuEventSynchronize(late) == 0, "event");
        expect(cuEventElapsedTime(&milliseconds, event, late) == 0 && milliseconds >= 0, "elapsed time");
        expect(device.download<float>(z, 64)[63] == 1, "copied after the kernel");
    }
    simConfigure("schedule", 0);
}

void graphs_replay() {
    Device device;
    float* host = pinned(128);
    uint64_t x = device.allocate(256), y = device.allocate(256), graph, executable, address;
    expect(cuStreamBeginCapture_v2(device.stream, 1) == 0, "begin capture");
    cuMemcpyHtoDAsync_v2(x, host, 256, device.stream);
    device.launch("clean_reverse", 1, 64, {x, y}, 256);
    cuMemcpyDtoHAsync_v2(host + 64, y, 256, device.stream);
    expect(cuStreamEndCapture(device.stream, &graph) == 0, "end capture");
    expect(cuGraphInstantiateWithFlags(&executable, graph, 0) == 0, "instantiate");
    expect(cuGraphDestroy(graph) == 0, "destroy graph");
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 64; i++) host[i] = static_cast<float>(i + round);
        expect(cuGraphLaunch(executable, device.stream) == 0, "graph launch");
        expect(device.finish() == 0, "graph run");
        for (int i = 0; i < 64; i++) expect(host[64 + i] == static_cast<float>(63 - i + round), "graph result");
    }
    expect(cuGraphExecDestroy(executable) == 0, "destroy executable");
    expect(cuGraphLaunch(executable, device.stream) == cuda::invalid_handle, "launch of a destroyed graph");
    expect_clean("graphs");

    cuStreamBeginCapture_v2(device.stream, 1);
    expect(cuMemAlloc_v2(&address, 4) == cuda::capture_unsupported, "allocation in a capture");
    expect(cuStreamEndCapture(device.stream, &graph) == cuda::capture_invalidated, "the capture is invalid");
    cuStreamBeginCapture_v2(device.stream, 1);
    expect(cuStreamSynchronize(device.stream) == cuda::capture_unsupported, "synchronisation in a capture");
    expect(cuStreamEndCapture(device.stream, &graph) == cuda::capture_invalidated, "the capture is invalid");
}

void captures_join() {
    Device device;
    uint64_t other, fork, join, graph;
    cuStreamCreate(&other, 1);
    cuEventCreate(&fork, 2);
    cuEventCreate(&join, 2);
    uint64_t x = device.allocate(256);
    for (bool joins : {true, false}) {
        cuStreamBeginCapture_v2(device.stream, 1);
        cuEventRecord(fork, device.stream);
        cuStreamWaitEvent(other, fork, 0);
        cuMemsetD8Async(x, 0, 256, other);
        cuEventRecord(join, other);
        if (joins) cuStreamWaitEvent(device.stream, join, 0);
        int result = cuStreamEndCapture(device.stream, &graph);
        expect(result == (joins ? 0 : cuda::capture_unjoined), "fork and join");
    }
}

}  // namespace

void streams() {
    copies_are_lazy();
    reused_pinned_buffer();
    events_order_streams();
    graphs_replay();
    captures_join();
}

}  // namespace selftest
