// SPDX-License-Identifier: Apache-2.0
// The numbers of the driver interface that the simulator speaks: results and attributes.
#pragma once

namespace sim::cuda {

enum Result : int {
    success = 0,
    invalid_value = 1,
    out_of_memory = 2,
    not_initialized = 3,
    no_device = 100,
    invalid_device = 101,
    invalid_image = 200,
    invalid_context = 201,
    invalid_ptx = 218,
    already_registered = 712,
    not_registered = 713,
    invalid_handle = 400,
    not_found = 500,
    not_ready = 600,
    illegal_address = 700,
    out_of_resources = 701,
    misaligned_address = 716,
    launch_failed = 719,
    not_supported = 801,
    capture_unsupported = 900,
    capture_invalidated = 901,
    capture_unmatched = 903,
    capture_unjoined = 904,
    capture_implicit = 906,
    capture_wrong_thread = 908,
};

const char* name_of(int result);

enum FunctionAttribute { max_threads_per_block = 0, shared_bytes = 1, registers = 4, max_dynamic_shared = 8 };

}  // namespace sim::cuda
