// SPDX-License-Identifier: Apache-2.0
// The driver's state: the one primary context and the objects that handles stand for. One lock guards it all.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "numbers.h"
#include "ptx.h"
#include "stream.h"

namespace sim {

// Thrown on the way to an exported function's result.
struct Failure {
    int code;
};

inline void require(bool condition, int code) {
    if (!condition) throw Failure{code};
}

// Objects by handle. Handles are never used again, so that a closed object's is known as such.
template <class T>
class Handles {
   public:
    uint64_t add(std::shared_ptr<T> object) {
        static uint64_t next = 0x5100;
        next += 16;
        objects[next] = std::move(object);
        return next;
    }
    const std::shared_ptr<T>& get(uint64_t handle) const {
        auto found = objects.find(handle);
        require(found != objects.end(), cuda::invalid_handle);
        return found->second;
    }
    void remove(uint64_t handle) { require(objects.erase(handle) == 1, cuda::invalid_handle); }
    void clear() { objects.clear(); }
    const std::map<uint64_t, std::shared_ptr<T>>& all() const { return objects; }

   private:
    std::map<uint64_t, std::shared_ptr<T>> objects;
};

struct Function {
    Kernel kernel;
    unsigned max_dynamic_shared;
    uint64_t module;
};

struct Module {
    std::map<std::string, Kernel> kernels;
    std::map<std::string, uint64_t> functions;
};

struct Graph {
    std::vector<std::shared_ptr<const Operation>> operations;
};

struct Context {
    static constexpr uint64_t handle = 0xc0;
    int retained = 0;
    uint64_t generation = 0;  // of the context: threads that had an earlier one have none
    int sticky = 0;           // the error that a kernel left, which every later call returns
    Handles<Module> modules;
    Handles<Function> functions;
    Handles<Stream> streams;
    Handles<Event> events;
    Handles<Graph> graphs;
    Handles<Graph> executables;
    std::shared_ptr<Stream> legacy;  // the default stream

    void create();
    void destroy();
};

struct Driver {
    std::mutex lock;
    bool initialised = false;
    Context context;
};

Driver& driver();

// Makes the primary context this thread's, or none.
void set_current(bool current);
bool is_current();

// Runs a call under the lock. `before` says what must hold first.
enum class Needs { nothing, initialised, context };

template <class Body>
int call(Needs needs, Body body) {
    std::lock_guard<std::mutex> guard(driver().lock);
    try {
        if (needs != Needs::nothing) require(driver().initialised, cuda::not_initialized);
        if (needs == Needs::context) {
            require(is_current(), cuda::invalid_context);
            require(driver().context.sticky == 0, driver().context.sticky);
        }
        body();
        return cuda::success;
    } catch (const Failure& failure) {
        return failure.code;
    } catch (const std::bad_alloc&) {
        return cuda::out_of_memory;
    }
}

// Refuses what a capture doesn't allow, and makes the capture invalid.
void refuse_in_capture();

const std::shared_ptr<Stream>& stream_of(uint64_t handle);

}  // namespace sim
