// SPDX-License-Identifier: Apache-2.0
// Exported: modules, functions and launches.
#include <cstring>
#include <memory>

#include "context.h"
#include "driver_api.h"
#include "operations.h"
#include "report.h"
#include "settings.h"
#include "shared_memory.h"

using namespace sim;

namespace {

constexpr int unsupported_ptx = 222;
constexpr int no_binary_for_gpu = 209;
constexpr int not_supported = 801;

Context& context() { return driver().context; }

// The error log among the options of a module load: where the caller wants to read why it failed.
struct Log {
    char* text = nullptr;
    size_t bytes = 0;

    Log(unsigned options, const int* names, void** values) {
        constexpr int error_log = 5, error_log_bytes = 6;
        for (unsigned i = 0; i < options; i++) {
            if (names[i] == error_log) text = static_cast<char*>(values[i]);
            if (names[i] == error_log_bytes) bytes = reinterpret_cast<uintptr_t>(values[i]) & 0xffffffff;
        }
        if (text != nullptr && bytes > 0) text[0] = 0;
    }

    void write(const std::string& message) const {
        if (text == nullptr || bytes == 0) return;
        strncpy(text, message.c_str(), bytes);
        text[bytes - 1] = 0;
    }
};

// The PTX version that a driver takes: 12.0 takes 8.0, 13.0 takes 9.0.
int newest_ptx(int driver_version) { return (driver_version / 1000 - 4) * 10 + driver_version % 1000 / 10; }

std::shared_ptr<Module> load(const char* image, const Log& log) {
    require(strncmp(image, "\x7f" "ELF", 4) != 0, cuda::invalid_image);
    Ptx ptx = parse_ptx(image);
    require(ptx.version > 0 && !ptx.entries.empty(), cuda::invalid_image);
    require(ptx.version <= newest_ptx(settings().driver_version), unsupported_ptx);
    const int capability = settings().capability;
    require(ptx.only_target ? ptx.target == capability : ptx.target <= capability, no_binary_for_gpu);
    auto module = std::make_shared<Module>();
    std::string errors;
    for (const PtxEntry& entry : ptx.entries) module->kernels[entry.name] = {code_of(entry, errors), entry};
    log.write(errors);
    if (!errors.empty()) report(errors);
    require(errors.empty(), cuda::invalid_ptx);
    return module;
}

void check_size(const Function& function, const LaunchSize& size) {
    const Index &grid = size.grid, &block = size.block;
    constexpr unsigned most_rows = 65535;
    require(grid.x > 0 && grid.y > 0 && grid.z > 0 && grid.x <= 0x7fffffff, cuda::invalid_value);
    require(grid.y <= most_rows && grid.z <= most_rows, cuda::invalid_value);
    require(block.x > 0 && block.y > 0 && block.z > 0 && block.z <= 64, cuda::invalid_value);
    uint64_t threads = uint64_t{block.x} * block.y * block.z;
    require(threads <= max_threads, cuda::invalid_value);
    require(threads <= function.kernel.entry.max_threads, cuda::invalid_value);
    require(size.dynamic_shared <= function.max_dynamic_shared, cuda::invalid_value);
}

// Pointers into the packed form of arguments: {1, buffer, 2, &bytes, 0}.
std::vector<void*> unpack(const Registration& code, void** extra) {
    char* buffer = nullptr;
    size_t bytes = 0;
    for (void** e = extra; *e != nullptr; e += 2) {
        if (reinterpret_cast<uintptr_t>(*e) == 1) buffer = static_cast<char*>(e[1]);
        if (reinterpret_cast<uintptr_t>(*e) == 2) bytes = *static_cast<size_t*>(e[1]);
    }
    std::vector<void*> pointers;
    size_t at = 0;
    for (int i = 0; i < code.parameters; i++) {
        at = (at + code.alignments[i] - 1) / code.alignments[i] * code.alignments[i];
        require(buffer != nullptr && at + code.sizes[i] <= bytes, cuda::invalid_value);
        pointers.push_back(buffer + at);
        at += code.sizes[i];
    }
    return pointers;
}

void launch(uint64_t handle, const LaunchSize& size, uint64_t stream, void** parameters, void** extra) {
    const Function& function = *context().functions.get(handle);
    check_size(function, size);
    const Registration& code = *function.kernel.code;
    require(parameters == nullptr || extra == nullptr, cuda::invalid_value);
    std::vector<void*> unpacked;
    if (extra != nullptr) {
        unpacked = unpack(code, extra);
        parameters = unpacked.data();
    }
    require(parameters != nullptr || code.parameters == 0, cuda::invalid_value);
    submit(stream_of(stream), std::make_shared<KernelLaunch>(function.kernel, size, parameters));
}

struct LaunchAttribute {
    int name;
    int padding;
    int value[16];
};

struct LaunchConfig {
    Index grid, block;
    unsigned dynamic_shared;
    uint64_t stream;
    const LaunchAttribute* attributes;
    unsigned attribute_count;
};

static_assert(sizeof(LaunchAttribute) == 72 && sizeof(LaunchConfig) == 56);

// Whether the launch may begin before the one ahead of it has ended, which is the only attribute that is known here.
bool overlaps(const LaunchConfig& config) {
    constexpr int programmatic_stream_serialization = 6;
    require(config.attribute_count == 0 || config.attributes != nullptr, cuda::invalid_value);
    bool found = false;
    for (unsigned i = 0; i < config.attribute_count; i++) {
        require(config.attributes[i].name == programmatic_stream_serialization, cuda::invalid_value);
        require(settings().overlap && settings().capability >= 90, not_supported);
        found = config.attributes[i].value[0] != 0;
    }
    return found;
}

}  // namespace

int cuModuleLoadDataEx(uint64_t* module, const void* image, unsigned options, int* names, void** values) {
    return call(Needs::context, [&] {
        require(module != nullptr && image != nullptr, cuda::invalid_value);
        require(options == 0 || (names != nullptr && values != nullptr), cuda::invalid_value);
        *module = context().modules.add(load(static_cast<const char*>(image), Log(options, names, values)));
    });
}

int cuModuleUnload(uint64_t module) {
    return call(Needs::context, [&] {
        for (auto& entry : context().modules.get(module)->functions) context().functions.remove(entry.second);
        context().modules.remove(module);
    });
}

int cuModuleGetFunction(uint64_t* function, uint64_t module, const char* name) {
    return call(Needs::context, [&] {
        require(function != nullptr && name != nullptr, cuda::invalid_value);
        Module& m = *context().modules.get(module);
        auto kernel = m.kernels.find(name);
        require(kernel != m.kernels.end(), cuda::not_found);
        uint64_t& handle = m.functions[name];
        if (handle == 0) {
            unsigned shared = SharedMemory::static_limit;
            handle = context().functions.add(std::make_shared<Function>(Function{kernel->second, shared, module}));
        }
        *function = handle;
    });
}

int cuFuncSetAttribute(uint64_t function, int attribute, int value) {
    return call(Needs::context, [&] {
        Function& f = *context().functions.get(function);
        if (attribute != cuda::max_dynamic_shared) return;
        require(value >= 0 && static_cast<size_t>(value) <= SharedMemory::dynamic_limit, cuda::invalid_value);
        f.max_dynamic_shared = value;
    });
}

int cuFuncGetAttribute(int* value, int attribute, uint64_t function) {
    return call(Needs::context, [&] {
        require(value != nullptr && attribute >= 0, cuda::invalid_value);
        const Function& f = *context().functions.get(function);
        *value = 0;
        if (attribute == cuda::max_threads_per_block) *value = f.kernel.entry.max_threads;
        if (attribute == cuda::registers) *value = 32;
        if (attribute == cuda::max_dynamic_shared) *value = f.max_dynamic_shared;
    });
}

int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, uint64_t function, int threads, size_t shared) {
    return call(Needs::context, [&] {
        require(blocks != nullptr && threads > 0, cuda::invalid_value);
        context().functions.get(function);
        constexpr size_t resident_threads = 2048, resident_shared = 228 * 1024, reserved = 1024;
        *blocks = static_cast<int>(std::min(resident_threads / threads, resident_shared / (shared + reserved)));
    });
}

int cuLaunchKernel(uint64_t function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                   unsigned block_y, unsigned block_z, unsigned shared, uint64_t stream, void** parameters,
                   void** extra) {
    return call(Needs::context, [&] {
        LaunchSize size{{grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, shared};
        launch(function, size, stream, parameters, extra);
    });
}

int cuLaunchKernelEx(const void* config, uint64_t function, void** parameters, void** extra) {
    return call(Needs::context, [&] {
        require(config != nullptr, cuda::invalid_value);
        LaunchConfig c;
        memcpy(&c, config, sizeof c);
        launch(function, {c.grid, c.block, c.dynamic_shared, overlaps(c)}, c.stream, parameters, extra);
    });
}

int cuLaunchCooperativeKernel(uint64_t function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                              unsigned block_y, unsigned block_z, unsigned shared, uint64_t stream,
                              void** parameters) {
    return cuLaunchKernel(function, grid_x, grid_y, grid_z, block_x, block_y, block_z, shared, stream, parameters,
                          nullptr);
}
