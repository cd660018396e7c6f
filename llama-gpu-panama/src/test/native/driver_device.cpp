// SPDX-License-Identifier: Apache-2.0
// Exported: start, device, context and errors.
#include <dlfcn.h>

#include <cstring>

#include "context.h"
#include "driver_api.h"
#include "fault.h"
#include "memory.h"
#include "report.h"
#include "settings.h"

using namespace sim;

namespace {

constexpr char device_name[] = "Simulated CUDA device";

void require_device(int device) { require(device >= 0 && device < settings().devices, cuda::invalid_device); }

int attribute_value(int attribute) {
    switch (attribute) {
        case 1:  // threads of a block, and in x and y
        case 2:
        case 3:
            return 1024;
        case 4:
            return 64;
        case 5:
            return 0x7fffffff;  // grid
        case 6:
        case 7:
            return 65535;
        case 8:
            return 48 * 1024;  // shared memory of a block
        case 10:
            return 32;
        case 12:
        case 82:
            return 65536;  // registers
        case 16:
            return settings().processors;
        case 36:
            return 2'600'000;  // memory clock, kHz
        case 37:
            return 5120;  // bits of the memory bus
        case 38:
            return 50 << 20;  // L2
        case 39:
            return 2048;
        case 41:
        case 95:
        case 115:
            return 1;  // one address space, cooperative launches, memory pools
        case 75:
            return settings().capability / 10;
        case 76:
            return settings().capability % 10;
        case 81:
            return 228 * 1024;
        case 97:
            return 227 * 1024;  // shared memory of a block that asks for it
        default:
            return 0;
    }
}

}  // namespace

int cuInit(unsigned flags) {
    return call(Needs::nothing, [&] {
        require(flags == 0, cuda::invalid_value);
        require(settings().devices > 0, cuda::no_device);
        install_fault_handlers();
        driver().initialised = true;
    });
}

int cuDriverGetVersion(int* version) {
    return call(Needs::nothing, [&] {
        require(version != nullptr, cuda::invalid_value);
        *version = settings().driver_version;
    });
}

int cuGetErrorName(int error, const char** name) {
    return call(Needs::nothing, [&] {
        require(name != nullptr, cuda::invalid_value);
        *name = cuda::name_of(error);
        require(*name != nullptr, cuda::invalid_value);
    });
}

// Where a kernel failed the text ends with what the simulator found.
int cuGetErrorString(int error, const char** text) {
    return call(Needs::nothing, [&] {
        require(text != nullptr, cuda::invalid_value);
        static std::string& last = *new std::string;
        *text = cuda::name_of(error);
        require(*text != nullptr, cuda::invalid_value);
        bool of_kernel = error >= cuda::illegal_address && error <= cuda::launch_failed;
        if (!of_kernel || report_count() == 0) return;
        last = std::string(*text) + ": " + last_report();
        *text = last.c_str();
    });
}

int cuGetProcAddress_v2(const char* name, void** function, int, uint64_t, int* status) {
    return call(Needs::nothing, [&] {
        require(name != nullptr && function != nullptr, cuda::invalid_value);
        Dl_info self;
        dladdr(reinterpret_cast<void*>(&cuInit), &self);
        void* library = dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD);
        const char* suffixes[] = {"_v2", ""};
        *function = nullptr;
        for (const char* suffix : suffixes) {
            if (*function == nullptr) *function = dlsym(library, (std::string(name) + suffix).c_str());
        }
        constexpr int symbol_not_found = 1;
        if (status != nullptr) *status = *function == nullptr ? symbol_not_found : 0;
        require(*function != nullptr, cuda::not_found);
    });
}

int cuDeviceGetCount(int* count) {
    return call(Needs::initialised, [&] {
        require(count != nullptr, cuda::invalid_value);
        *count = settings().devices;
    });
}

int cuDeviceGet(int* device, int ordinal) {
    return call(Needs::initialised, [&] {
        require(device != nullptr, cuda::invalid_value);
        require_device(ordinal);
        *device = ordinal;
    });
}

int cuDeviceGetName(char* name, int length, int device) {
    return call(Needs::initialised, [&] {
        require(name != nullptr && length > 0, cuda::invalid_value);
        require_device(device);
        strncpy(name, device_name, length);
        name[length - 1] = 0;
    });
}

int cuDeviceGetUuid_v2(void* uuid, int device) {
    return call(Needs::initialised, [&] {
        require(uuid != nullptr, cuda::invalid_value);
        require_device(device);
        memcpy(uuid, device_name, 16);
    });
}

int cuDeviceTotalMem_v2(size_t* bytes, int device) {
    return call(Needs::initialised, [&] {
        require(bytes != nullptr, cuda::invalid_value);
        require_device(device);
        *bytes = settings().memory;
    });
}

int cuDeviceGetAttribute(int* value, int attribute, int device) {
    return call(Needs::initialised, [&] {
        require(value != nullptr && attribute > 0 && attribute < 150, cuda::invalid_value);
        require_device(device);
        *value = attribute_value(attribute);
    });
}

int cuDeviceGetDefaultMemPool(uint64_t* pool, int device) {
    return call(Needs::initialised, [&] {
        require(pool != nullptr, cuda::invalid_value);
        require_device(device);
        *pool = 0xb0;
    });
}

int cuMemPoolSetAttribute(uint64_t pool, int, void* value) {
    return call(Needs::initialised, [&] { require(pool == 0xb0 && value != nullptr, cuda::invalid_value); });
}

int cuDevicePrimaryCtxRetain(uint64_t* context, int device) {
    return call(Needs::initialised, [&] {
        require(context != nullptr, cuda::invalid_value);
        require_device(device);
        Context& primary = driver().context;
        if (primary.retained++ == 0) primary.create();
        *context = Context::handle;
    });
}

int cuDevicePrimaryCtxRelease_v2(int device) {
    return call(Needs::initialised, [&] {
        require_device(device);
        Context& primary = driver().context;
        require(primary.retained > 0, cuda::invalid_context);
        if (--primary.retained == 0) primary.destroy();
    });
}

int cuCtxSetCurrent(uint64_t context) {
    return call(Needs::initialised, [&] {
        bool valid = context == 0 || (context == Context::handle && driver().context.retained > 0);
        require(valid, cuda::invalid_context);
        set_current(context != 0);
    });
}

int cuCtxGetCurrent(uint64_t* context) {
    return call(Needs::initialised, [&] {
        require(context != nullptr, cuda::invalid_value);
        *context = is_current() ? Context::handle : 0;
    });
}

int cuCtxSynchronize() {
    return call(Needs::context, [] {
        refuse_in_capture();
        finish_all();
    });
}
