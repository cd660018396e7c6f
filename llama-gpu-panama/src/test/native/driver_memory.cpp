// SPDX-License-Identifier: Apache-2.0
// Exported: memory of the device and of the host, and copies.
#include <memory>

#include "capture.h"
#include "context.h"
#include "driver_api.h"
#include "memory.h"
#include "operations.h"
#include "settings.h"

using namespace sim;

namespace {

uint64_t address_of(const void* p) { return reinterpret_cast<uint64_t>(p); }

void require_device_memory(uint64_t address, size_t bytes) {
    require(device_memory().valid(address, bytes), cuda::invalid_value);
}

void allocate(uint64_t* address, size_t bytes) {
    require(address != nullptr && bytes > 0, cuda::invalid_value);
    refuse_in_capture();
    *address = device_memory().allocate(bytes);
    require(*address != 0, cuda::out_of_memory);
}

void require_live(uint64_t start) {
    const Allocation* a = device_memory().at_or_below(start);
    require(a != nullptr && a->live && a->start == start, cuda::invalid_value);
}

// Memory that isn't pinned can't be copied while the call's caller goes on, so a graph may not keep its address.
void require_no_capture(const Stream& stream) {
    if (stream.capture == nullptr) return;
    stream.capture->invalid = true;
    throw Failure{cuda::capture_unsupported};
}

void upload(uint64_t to, const void* from, size_t bytes, const std::shared_ptr<Stream>& stream) {
    if (bytes == 0) return;
    require(from != nullptr, cuda::invalid_value);
    require_device_memory(to, bytes);
    if (pinned_memory().contains(from, bytes)) {
        submit(stream, std::make_shared<Copy>(CopyEnds{to, address_of(from), bytes, true, false}));
        return;
    }
    require_no_capture(*stream);
    submit(stream, std::make_shared<Upload>(to, from, bytes));
}

void download(void* to, uint64_t from, size_t bytes, const std::shared_ptr<Stream>& stream) {
    if (bytes == 0) return;
    require(to != nullptr, cuda::invalid_value);
    require_device_memory(from, bytes);
    bool pinned = pinned_memory().contains(to, bytes);
    if (!pinned) require_no_capture(*stream);
    submit(stream, std::make_shared<Copy>(CopyEnds{address_of(to), from, bytes, false, true}));
    if (!pinned) finish(stream);
}

}  // namespace

int cuMemGetInfo_v2(size_t* left, size_t* total) {
    return call(Needs::context, [&] {
        require(left != nullptr && total != nullptr, cuda::invalid_value);
        *total = settings().memory;
        *left = settings().memory - device_memory().bytes_used();
    });
}

int cuMemAlloc_v2(uint64_t* address, size_t bytes) {
    return call(Needs::context, [&] { allocate(address, bytes); });
}

// Waits for all that might still use the memory, as the driver does.
int cuMemFree_v2(uint64_t address) {
    return call(Needs::context, [&] {
        if (address == 0) return;
        refuse_in_capture();
        require_live(address);
        finish_all();
        device_memory().free(address);
    });
}

int cuMemAllocAsync(uint64_t* address, size_t bytes, uint64_t stream) {
    return call(Needs::context, [&] {
        stream_of(stream);
        allocate(address, bytes);
    });
}

int cuMemFreeAsync(uint64_t address, uint64_t stream) {
    return call(Needs::context, [&] {
        require_no_capture(*stream_of(stream));
        require_live(address);
        submit(stream_of(stream), std::make_shared<FreeMemory>(address));
    });
}

int cuMemHostAlloc(void** address, size_t bytes, unsigned) {
    return call(Needs::context, [&] {
        require(address != nullptr && bytes > 0, cuda::invalid_value);
        refuse_in_capture();
        *address = pinned_memory().allocate(bytes);
        require(*address != nullptr, cuda::out_of_memory);
    });
}

int cuMemFreeHost(void* address) {
    return call(Needs::context, [&] {
        if (address == nullptr) return;
        refuse_in_capture();
        finish_all();
        require(pinned_memory().free(address), cuda::invalid_value);
    });
}

int cuMemHostRegister_v2(void* address, size_t bytes, unsigned) {
    return call(Needs::context, [&] {
        require(address != nullptr && bytes > 0, cuda::invalid_value);
        refuse_in_capture();
        require(pinned_memory().add(address, bytes), cuda::already_registered);
    });
}

int cuMemHostUnregister(void* address) {
    return call(Needs::context, [&] {
        refuse_in_capture();
        finish_all();
        require(pinned_memory().remove(address), cuda::not_registered);
    });
}

int cuMemcpyHtoD_v2(uint64_t to, const void* from, size_t bytes) {
    return call(Needs::context, [&] {
        refuse_in_capture();
        upload(to, from, bytes, stream_of(0));
        finish(stream_of(0));
    });
}

int cuMemcpyDtoH_v2(void* to, uint64_t from, size_t bytes) {
    return call(Needs::context, [&] {
        refuse_in_capture();
        download(to, from, bytes, stream_of(0));
        finish(stream_of(0));
    });
}

int cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t bytes, uint64_t stream) {
    return call(Needs::context, [&] { upload(to, from, bytes, stream_of(stream)); });
}

int cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t bytes, uint64_t stream) {
    return call(Needs::context, [&] { download(to, from, bytes, stream_of(stream)); });
}

int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, uint64_t stream) {
    return call(Needs::context, [&] {
        if (bytes == 0) return;
        require_device_memory(to, bytes);
        require_device_memory(from, bytes);
        submit(stream_of(stream), std::make_shared<Copy>(CopyEnds{to, from, bytes, true, true}));
    });
}

int cuMemsetD8Async(uint64_t to, unsigned char value, size_t bytes, uint64_t stream) {
    return call(Needs::context, [&] {
        if (bytes == 0) return;
        require_device_memory(to, bytes);
        submit(stream_of(stream), std::make_shared<Fill>(to, value, bytes));
    });
}
