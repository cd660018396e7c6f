// SPDX-License-Identifier: Apache-2.0
#include "capture.h"

namespace sim {

void Capture::add(const Stream* stream, std::shared_ptr<const Operation> operation) {
    operations.push_back(std::move(operation));
    if (stream != origin) last[stream] = operations.size() + 1;
}

void Capture::join(const Event& event) {
    auto found = last.find(event.captured_in);
    if (found != last.end() && event.position >= found->second) last.erase(found);
}

bool Capture::forbids_calls_of_this_thread() const {
    if (mode == CaptureMode::relaxed) return false;
    return mode == CaptureMode::global || owned_by_this_thread();
}

}  // namespace sim
