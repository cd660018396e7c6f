// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <cstdlib>
#include <sstream>

namespace sim {

bool Settings::set(const std::string& name, uint64_t value) {
    if (name == "schedule" && value <= 2) {
        schedule = static_cast<Schedule>(value);
    } else if (name == "seed") {
        seed = value * 0x9e3779b97f4a7c15u | 1;
    } else if (name == "devices" && value <= 1) {
        devices = static_cast<int>(value);
    } else if (name == "driver_version") {
        driver_version = static_cast<int>(value);
    } else if (name == "capability") {
        capability = static_cast<int>(value);
    } else if (name == "processors" && value > 0) {
        processors = static_cast<int>(value);
    } else if (name == "overlap") {
        overlap = value != 0;
    } else if (name == "initcheck") {
        initcheck = value != 0;
    } else if (name == "memory") {
        memory = value;
    } else {
        return false;
    }
    return true;
}

namespace {
Settings from_environment() {
    Settings s;
    const char* text = getenv("CUDA_SIM");
    std::istringstream parts(text == nullptr ? "" : text);
    for (std::string part; std::getline(parts, part, ',');) {
        size_t equals = part.find('=');
        if (equals != std::string::npos) s.set(part.substr(0, equals), strtoull(&part[equals + 1], nullptr, 10));
    }
    return s;
}
}  // namespace

Settings& settings() {
    static Settings& s = *new Settings(from_environment());
    return s;
}

uint32_t random_number() {
    uint64_t& x = settings().seed;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return static_cast<uint32_t>(x >> 32);
}

unsigned choose(unsigned n) {
    switch (settings().schedule) {
        case Schedule::forward:
            return 0;
        case Schedule::reverse:
            return n - 1;
        default:
            return random_number() % n;
    }
}

}  // namespace sim
