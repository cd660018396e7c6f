// SPDX-License-Identifier: Apache-2.0
// Lazy streams: operations are queued and run only when something waits for them, taken from the streams by the
// schedule. What a program may not rely on thus doesn't happen.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace sim {

// Something that a stream does. Immutable: a graph runs the same operations again and again.
class Operation {
   public:
    virtual ~Operation() = default;
    virtual int run() const = 0;
    virtual bool ready() const { return true; }

    // Of the pinned memory that it will read: it must not change between submission and run. 0 where it reads none.
    virtual uint64_t fingerprint() const { return 0; }
};

struct Event;
class Capture;

struct Stream {
    struct Queued {
        std::shared_ptr<const Operation> operation;
        uint64_t fingerprint;
    };

    explicit Stream(bool blocking) : blocking(blocking) {}
    const bool blocking;  // ordered with the default stream
    std::deque<Queued> queue;
    std::shared_ptr<Capture> capture;
};

struct Event {
    uint64_t submitted = 0;  // how often it was recorded
    uint64_t completed = 0;  // which of these records has run
    double seconds = 0;
    bool timed = true;
    std::shared_ptr<Capture> capture;
    const Stream* captured_in = nullptr;
    size_t position = 0;
};

// Queues an operation, or adds it to the stream's capture.
void submit(const std::shared_ptr<Stream>& stream, std::shared_ptr<const Operation> operation);

void record(const std::shared_ptr<Stream>& stream, const std::shared_ptr<Event>& event);
void wait_for(const std::shared_ptr<Stream>& stream, const std::shared_ptr<Event>& event);

// Runs operations until the condition holds.
void run_until(const std::function<bool()>& condition);
void finish(const std::shared_ptr<Stream>& stream);
void finish_all();

// Runs one operation of any stream, so that those who ask again and again get to the end.
void advance();

}  // namespace sim
