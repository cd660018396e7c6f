// SPDX-License-Identifier: Apache-2.0
// What a test may choose: by simConfigure(name, value), or as CUDA_SIM=name=value,... in the environment.
#pragma once

#include <cstdint>
#include <string>

namespace sim {

enum class Schedule { forward, reverse, random };

struct Settings {
    Schedule schedule = Schedule::forward;
    uint64_t seed = 1;
    int devices = 1;
    int driver_version = 12000;
    int capability = 90;  // 10 × major + minor
    int processors = 8;
    bool overlap = true;  // the driver takes launches that begin early
    bool initcheck = true;  // the checked build reports values that nobody wrote
    uint64_t memory = uint64_t{4} << 30;  // bytes of the device

    bool set(const std::string& name, uint64_t value);
};

Settings& settings();

// The schedule's random numbers.
uint32_t random_number();

// One of n things by the schedule: the first, the last or a random one.
unsigned choose(unsigned n);

}  // namespace sim
