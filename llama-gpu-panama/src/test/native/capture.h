// SPDX-License-Identifier: Apache-2.0
// The capture of streams into a graph. The order of the calls is one in which the operations may run.
#pragma once

#include <pthread.h>

#include <map>
#include <memory>
#include <vector>

#include "stream.h"

namespace sim {

enum class CaptureMode { global, thread, relaxed };

class Capture {
   public:
    Capture(const Stream* origin, CaptureMode mode) : origin(origin), mode(mode), owner(pthread_self()) {}

    void add(const Stream* stream, std::shared_ptr<const Operation> operation);

    // Another stream begins to take part, or its work so far becomes part of what the origin waits for.
    void fork(const Stream* stream) { last[stream] = operations.size() + 1; }
    void join(const Event& event);
    bool all_joined() const { return last.empty(); }
    bool forbids_calls_of_this_thread() const;
    bool owned_by_this_thread() const { return pthread_equal(owner, pthread_self()) != 0; }

    const Stream* const origin;
    const CaptureMode mode;
    bool invalid = false;
    std::vector<std::shared_ptr<const Operation>> operations;

   private:
    const pthread_t owner;
    std::map<const Stream*, size_t> last;  // per forked stream: how many operations there were after its last
};

}  // namespace sim
