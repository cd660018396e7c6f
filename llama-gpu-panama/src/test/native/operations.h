// SPDX-License-Identifier: Apache-2.0
// What streams do: copies, fills, launches and whole graphs.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "context.h"
#include "engine.h"
#include "stream.h"

namespace sim {

// Both ends are addresses of this process. What lies on the device is checked again when the copy runs.
struct CopyEnds {
    uint64_t to;
    uint64_t from;
    size_t bytes;
    bool to_device;
    bool from_device;
};

class Copy : public Operation {
   public:
    explicit Copy(const CopyEnds& ends) : ends(ends) {}
    int run() const override;
    uint64_t fingerprint() const override;

   private:
    const CopyEnds ends;
};

// A copy to the device from memory that may change after the call: it's kept here.
class Upload : public Operation {
   public:
    Upload(uint64_t to, const void* from, size_t bytes);
    int run() const override;

   private:
    const uint64_t to;
    const std::vector<char> content;
};

class Fill : public Operation {
   public:
    Fill(uint64_t to, unsigned char value, size_t bytes) : to(to), value(value), bytes(bytes) {}
    int run() const override;

   private:
    const uint64_t to;
    const unsigned char value;
    const size_t bytes;
};

class FreeMemory : public Operation {
   public:
    explicit FreeMemory(uint64_t start) : start(start) {}
    int run() const override;

   private:
    const uint64_t start;
};

struct LaunchSize {
    Index grid, block;
    unsigned dynamic_shared;
    bool overlaps = false;
};

// A launch with its own copy of the arguments.
class KernelLaunch : public Operation {
   public:
    // `parameters` has one pointer for each argument.
    KernelLaunch(const Kernel& kernel, const LaunchSize& size, void** parameters);
    int run() const override;

   private:
    // First the pointers to the arguments, then the arguments.
    std::vector<void*> arguments;
    Launch launch;
};

class GraphLaunch : public Operation {
   public:
    explicit GraphLaunch(std::shared_ptr<const Graph> graph) : graph(std::move(graph)) {}
    int run() const override;
    uint64_t fingerprint() const override;

   private:
    const std::shared_ptr<const Graph> graph;
};

}  // namespace sim
