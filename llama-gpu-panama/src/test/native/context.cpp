// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include "capture.h"
#include "memory.h"

namespace sim {

namespace {
thread_local uint64_t current_generation __attribute__((tls_model("initial-exec"))) = 0;
}

Driver& driver() {
    static Driver& d = *new Driver;
    return d;
}

void Context::create() {
    generation++;
    sticky = 0;
    legacy = std::make_shared<Stream>(true);
}

void Context::destroy() {
    modules.clear();
    functions.clear();
    streams.clear();
    events.clear();
    graphs.clear();
    executables.clear();
    legacy.reset();
    device_memory().free_all();
    pinned_memory().free_all();
    generation++;
    sticky = 0;
}

void set_current(bool current) { current_generation = current ? driver().context.generation : 0; }

bool is_current() {
    const Context& context = driver().context;
    return context.retained > 0 && current_generation == context.generation;
}

void refuse_in_capture() {
    bool refused = false;
    for (auto& entry : driver().context.streams.all()) {
        auto& capture = entry.second->capture;
        if (capture == nullptr || !capture->forbids_calls_of_this_thread()) continue;
        capture->invalid = true;
        refused = true;
    }
    require(!refused, cuda::capture_unsupported);
}

const std::shared_ptr<Stream>& stream_of(uint64_t handle) {
    constexpr uint64_t legacy_handle = 1, per_thread_handle = 2;
    Context& context = driver().context;
    bool is_default = handle == 0 || handle == legacy_handle || handle == per_thread_handle;
    return is_default ? context.legacy : context.streams.get(handle);
}

}  // namespace sim
