// SPDX-License-Identifier: Apache-2.0
// Exported: streams, events, capture and graphs.
#include <memory>

#include "capture.h"
#include "context.h"
#include "driver_api.h"
#include "operations.h"

using namespace sim;

namespace {

constexpr unsigned non_blocking = 1;
constexpr unsigned blocking_sync = 1;
constexpr unsigned no_timing = 2;

Context& context() { return driver().context; }

const std::shared_ptr<Stream>& idle_stream(uint64_t handle) {
    refuse_in_capture();
    const auto& stream = stream_of(handle);
    if (stream->capture == nullptr) return stream;
    stream->capture->invalid = true;
    throw Failure{cuda::capture_unsupported};
}

std::shared_ptr<Capture> end_capture(const Stream* origin) {
    std::shared_ptr<Capture> capture = origin->capture;
    for (auto& entry : context().streams.all()) {
        if (entry.second->capture == capture) entry.second->capture.reset();
    }
    return capture;
}

int elapsed(float* milliseconds, uint64_t start, uint64_t end) {
    return call(Needs::context, [&] {
        require(milliseconds != nullptr, cuda::invalid_value);
        const Event& a = *context().events.get(start);
        const Event& b = *context().events.get(end);
        require(a.timed && b.timed && a.submitted > 0 && b.submitted > 0, cuda::invalid_handle);
        require(a.completed == a.submitted && b.completed == b.submitted, cuda::not_ready);
        *milliseconds = static_cast<float>((b.seconds - a.seconds) * 1000);
    });
}

}  // namespace

int cuStreamCreate(uint64_t* stream, unsigned flags) {
    return call(Needs::context, [&] {
        require(stream != nullptr && flags <= non_blocking, cuda::invalid_value);
        *stream = context().streams.add(std::make_shared<Stream>(flags != non_blocking));
    });
}

int cuStreamDestroy_v2(uint64_t stream) {
    return call(Needs::context, [&] {
        const auto& s = context().streams.get(stream);
        if (s->capture != nullptr) s->capture->invalid = true;
        finish(s);
        context().streams.remove(stream);
    });
}

int cuStreamSynchronize(uint64_t stream) {
    return call(Needs::context, [&] { finish(idle_stream(stream)); });
}

int cuStreamQuery(uint64_t stream) {
    return call(Needs::context, [&] {
        const auto& s = idle_stream(stream);
        if (s->queue.empty()) return;
        advance();
        require(s->queue.empty(), cuda::not_ready);
    });
}

int cuStreamWaitEvent(uint64_t stream, uint64_t event, unsigned) {
    return call(Needs::context, [&] { wait_for(stream_of(stream), context().events.get(event)); });
}

int cuEventCreate(uint64_t* event, unsigned flags) {
    return call(Needs::context, [&] {
        require(event != nullptr && flags <= (blocking_sync | no_timing), cuda::invalid_value);
        auto e = std::make_shared<Event>();
        e->timed = (flags & no_timing) == 0;
        *event = context().events.add(std::move(e));
    });
}

int cuEventRecord(uint64_t event, uint64_t stream) {
    return call(Needs::context, [&] { record(stream_of(stream), context().events.get(event)); });
}

int cuEventQuery(uint64_t event) {
    return call(Needs::context, [&] {
        refuse_in_capture();
        const Event& e = *context().events.get(event);
        if (e.completed == e.submitted) return;
        advance();
        require(e.completed == e.submitted, cuda::not_ready);
    });
}

int cuEventSynchronize(uint64_t event) {
    return call(Needs::context, [&] {
        refuse_in_capture();
        const Event& e = *context().events.get(event);
        run_until([&] { return e.completed == e.submitted; });
    });
}

int cuEventElapsedTime(float* milliseconds, uint64_t start, uint64_t end) { return elapsed(milliseconds, start, end); }

int cuEventElapsedTime_v2(float* milliseconds, uint64_t start, uint64_t end) {
    return elapsed(milliseconds, start, end);
}

int cuEventDestroy_v2(uint64_t event) {
    return call(Needs::context, [&] { context().events.remove(event); });
}

int cuStreamBeginCapture_v2(uint64_t stream, int mode) {
    return call(Needs::context, [&] {
        require(mode >= 0 && mode <= 2, cuda::invalid_value);
        const auto& s = stream_of(stream);
        require(s != context().legacy, cuda::capture_unsupported);
        require(s->capture == nullptr, cuda::invalid_value);
        s->capture = std::make_shared<Capture>(s.get(), static_cast<CaptureMode>(mode));
    });
}

int cuStreamEndCapture(uint64_t stream, uint64_t* graph) {
    return call(Needs::context, [&] {
        require(graph != nullptr, cuda::invalid_value);
        *graph = 0;
        const auto& s = stream_of(stream);
        require(s->capture != nullptr, cuda::invalid_value);
        require(s->capture->origin == s.get(), cuda::capture_unmatched);
        bool any_thread = s->capture->mode == CaptureMode::relaxed;
        require(any_thread || s->capture->owned_by_this_thread(), cuda::capture_wrong_thread);
        std::shared_ptr<Capture> capture = end_capture(s.get());
        require(!capture->invalid, cuda::capture_invalidated);
        require(capture->all_joined(), cuda::capture_unjoined);
        auto g = std::make_shared<Graph>();
        g->operations = capture->operations;
        *graph = context().graphs.add(std::move(g));
    });
}

int cuStreamIsCapturing(uint64_t stream, int* status) {
    return call(Needs::context, [&] {
        require(status != nullptr, cuda::invalid_value);
        const auto& capture = stream_of(stream)->capture;
        constexpr int active = 1, invalidated = 2;
        *status = capture == nullptr ? 0 : capture->invalid ? invalidated : active;
    });
}

int cuGraphInstantiateWithFlags(uint64_t* executable, uint64_t graph, unsigned long long) {
    return call(Needs::context, [&] {
        require(executable != nullptr, cuda::invalid_value);
        *executable = context().executables.add(std::make_shared<Graph>(*context().graphs.get(graph)));
    });
}

int cuGraphUpload(uint64_t executable, uint64_t stream) {
    return call(Needs::context, [&] {
        context().executables.get(executable);
        stream_of(stream);
    });
}

int cuGraphLaunch(uint64_t executable, uint64_t stream) {
    return call(Needs::context, [&] {
        const auto& graph = context().executables.get(executable);
        const auto& s = stream_of(stream);
        require(s->capture == nullptr, cuda::capture_unsupported);
        submit(s, std::make_shared<GraphLaunch>(graph));
    });
}

int cuGraphExecDestroy(uint64_t executable) {
    return call(Needs::context, [&] { context().executables.remove(executable); });
}

int cuGraphDestroy(uint64_t graph) {
    return call(Needs::context, [&] { context().graphs.remove(graph); });
}
