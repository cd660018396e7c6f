// SPDX-License-Identifier: Apache-2.0
// A program's view of the driver for the self-test: one context, one stream, and results that must be what they should.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "../driver_api.h"

namespace selftest {

// Counts and prints what wasn't as expected.
void expect(bool condition, const std::string& what);
int failures();

// Whether a finding has this in its text. All findings are printed where it isn't there.
void expect_reported(const std::string& part, const std::string& test);
void expect_clean(const std::string& test);

class Device {
   public:
    Device();
    ~Device();
    Device(const Device&) = delete;

    uint64_t allocate(size_t bytes);
    template <class T>
    uint64_t upload(const std::vector<T>& values) {
        uint64_t address = allocate(values.size() * sizeof(T));
        expect(cuMemcpyHtoD_v2(address, values.data(), values.size() * sizeof(T)) == 0, "upload");
        return address;
    }
    template <class T>
    std::vector<T> download(uint64_t address, size_t count) {
        std::vector<T> values(count);
        cuMemcpyDtoH_v2(values.data(), address, count * sizeof(T));
        return values;
    }

    uint64_t function(const char* name);
    // Queues a launch of one-dimensional size; its result.
    int launch(const char* name, unsigned grid, unsigned block, std::initializer_list<uint64_t> arguments,
               unsigned shared = 0);
    // The same of one that may begin before the launch ahead of it has ended.
    int launch_early(const char* name, unsigned grid, unsigned block, std::initializer_list<uint64_t> arguments);
    // Waits; the result.
    int finish();

    uint64_t stream = 0;

   private:
    uint64_t module = 0;
};

}  // namespace selftest
