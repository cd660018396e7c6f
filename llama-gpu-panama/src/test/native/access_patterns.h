// SPDX-License-Identifier: Apache-2.0
// How well the lanes of a warp use memory together: sectors of 32 bytes for each request to global memory, passes over
// the 32 banks of shared memory. Taken from the first warp of each launch; only the checked build has it.
#pragma once

#include <cstdint>
#include <string>

namespace sim {

class AccessPatterns {
   public:
    void start_launch();
    // One lane's access. The n-th accesses of all lanes at one place are one request.
    void add(const void* place, unsigned lane, uint64_t address, unsigned bytes, bool shared);
    void end_launch();

    // One line for each place: file:line, kind, requests, and units used and needed for each request.
    std::string text() const;
    void clear();

    AccessPatterns();
    ~AccessPatterns() = delete;

   private:
    struct State;
    State* state;
};

AccessPatterns& access_patterns();

}  // namespace sim
