// SPDX-License-Identifier: Apache-2.0
// How well the lanes of a warp use memory together: sectors of 32 bytes for each request to global memory, passes over
// the 32 banks of shared memory. Taken from the first warp of each launch; only the checked build has it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine.h"

namespace sim {

class AccessPatterns {
   public:
    void start_launch();
    void start_block();

    // One lane's access. The n-th accesses of all lanes at one place are one request.
    void add(const void* place, const Fiber& fiber, uint64_t address, unsigned bytes, bool shared) {
        if (recording && fiber.warp == 0) keep(place, fiber.lane, address, bytes, shared);
    }
    void end_launch();

    // One line for each place: file:line, kernel, requests, and units used and needed for each request.
    std::string text() const;
    void clear() { totals.clear(); }

   private:
    static constexpr size_t most_requests = 64;  // of a place in a launch

    struct Lane {
        uint64_t address;
        unsigned bytes;
    };
    using Request = std::vector<Lane>;
    struct Place {
        bool shared = false;
        unsigned next[warp_size] = {};  // the lane's next request
        std::vector<Request> requests;
    };
    struct Total {
        std::string kernel;
        bool shared;
        uint64_t requests, used, needed;
    };

    void keep(const void* place, unsigned lane, uint64_t address, unsigned bytes, bool shared);
    static unsigned sectors(const Request& request);
    static unsigned sectors_needed(const Request& request);
    static unsigned passes(const Request& request);
    static unsigned passes_needed(const Request& request);

    bool recording = false;
    unsigned blocks = 0;
    std::map<const void*, Place> places;
    std::map<const void*, Total> totals;
};

AccessPatterns& access_patterns();

}  // namespace sim
