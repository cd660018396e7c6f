// SPDX-License-Identifier: Apache-2.0
#include "stream.h"

#include <chrono>

#include "capture.h"
#include "context.h"
#include "report.h"
#include "settings.h"

namespace sim {

namespace {

class Record : public Operation {
   public:
    Record(std::shared_ptr<Event> event, uint64_t version) : event(std::move(event)), version(version) {}
    int run() const override {
        event->completed = version;
        event->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
        return cuda::success;
    }

   private:
    const std::shared_ptr<Event> event;
    const uint64_t version;
};

class WaitFor : public Operation {
   public:
    WaitFor(std::shared_ptr<const Event> event, uint64_t version) : event(std::move(event)), version(version) {}
    bool ready() const override { return event->completed >= version; }
    int run() const override { return cuda::success; }

   private:
    const std::shared_ptr<const Event> event;
    const uint64_t version;
};

std::vector<std::shared_ptr<Stream>> runnable() {
    const Context& context = driver().context;
    std::vector<std::shared_ptr<Stream>> list;
    auto add = [&](const std::shared_ptr<Stream>& s) {
        if (!s->queue.empty() && s->queue.front().operation->ready()) list.push_back(s);
    };
    add(context.legacy);
    for (auto& entry : context.streams.all()) add(entry.second);
    return list;
}

void drop_all() {
    driver().context.legacy->queue.clear();
    for (auto& entry : driver().context.streams.all()) entry.second->queue.clear();
}

void run_first(Stream& stream) {
    Stream::Queued queued = stream.queue.front();
    stream.queue.pop_front();
    if (queued.operation->fingerprint() != queued.fingerprint) {
        report("pinned memory was changed between the call of a copy and its run");
    }
    int code = queued.operation->run();
    if (code == cuda::success) return;
    driver().context.sticky = code;
    drop_all();
    throw Failure{code};
}

// The default stream and blocking streams wait for each other.
void respect_default(const std::shared_ptr<Stream>& stream) {
    const Context& context = driver().context;
    if (stream == context.legacy) {
        for (auto& entry : context.streams.all()) {
            if (!entry.second->blocking) continue;
            require(entry.second->capture == nullptr, cuda::capture_implicit);
            finish(entry.second);
        }
    } else if (stream->blocking && !context.legacy->queue.empty()) {
        finish(context.legacy);
    }
}

}  // namespace

void submit(const std::shared_ptr<Stream>& stream, std::shared_ptr<const Operation> operation) {
    if (stream->capture != nullptr) {
        stream->capture->add(stream.get(), std::move(operation));
        return;
    }
    respect_default(stream);
    uint64_t fingerprint = operation->fingerprint();
    stream->queue.push_back({std::move(operation), fingerprint});
}

void record(const std::shared_ptr<Stream>& stream, const std::shared_ptr<Event>& event) {
    event->capture = stream->capture;
    if (stream->capture != nullptr) {
        event->captured_in = stream.get();
        event->position = stream->capture->operations.size() + 1;
        return;
    }
    submit(stream, std::make_shared<Record>(event, ++event->submitted));
}

void wait_for(const std::shared_ptr<Stream>& stream, const std::shared_ptr<Event>& event) {
    constexpr int capture_isolation = 905;
    if (event->capture == nullptr) {
        require(stream->capture == nullptr, capture_isolation);
        submit(stream, std::make_shared<WaitFor>(event, event->submitted));
    } else if (stream->capture == nullptr) {
        require(stream->queue.empty(), capture_isolation);
        stream->capture = event->capture;
        stream->capture->fork(stream.get());
    } else {
        require(stream->capture == event->capture, capture_isolation);
        stream->capture->join(*event);
    }
}

void run_until(const std::function<bool()>& condition) {
    while (!condition()) {
        auto streams = runnable();
        require(!streams.empty(), cuda::launch_failed);
        run_first(*streams[choose(streams.size())]);
    }
}

void finish(const std::shared_ptr<Stream>& stream) {
    run_until([&] { return stream->queue.empty(); });
}

void finish_all() {
    run_until([] { return runnable().empty(); });
}

void advance() {
    auto streams = runnable();
    if (!streams.empty()) run_first(*streams[choose(streams.size())]);
}

}  // namespace sim
