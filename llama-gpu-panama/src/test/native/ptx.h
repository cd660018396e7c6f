// SPDX-License-Identifier: Apache-2.0
// What the simulator reads of PTX: its version and the signatures of its kernels, which must be those compiled in.
#pragma once

#include <string>
#include <vector>

namespace sim {

struct Registration;

struct PtxEntry {
    std::string name;
    std::vector<unsigned> parameter_bytes;
    unsigned max_threads = 1024;
};

struct Ptx {
    int version = 0;           // 80 for 8.0
    int target = 0;            // 80 for sm_80
    bool only_target = false;  // as of sm_90a: for no other device, not even a newer one
    std::vector<PtxEntry> entries;
};

Ptx parse_ptx(const std::string& text);

// A kernel of a module: its code on the host and its entry in the PTX.
struct Kernel {
    const Registration* code;
    PtxEntry entry;
};

// The code of an entry. Null where there is none or its parameters differ; then `log` says so.
const Registration* code_of(const PtxEntry& entry, std::string& log);

// PTX without bodies that declares every kernel compiled in: for kernels that nvcc never saw.
std::string declared_ptx();

}  // namespace sim
