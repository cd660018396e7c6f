// SPDX-License-Identifier: Apache-2.0
// Declares the exported functions: the driver's, and the simulator's own for tests.
#pragma once

#include <cstddef>
#include <cstdint>

#define EXPORTED extern "C" __attribute__((visibility("default")))

#define FUNCTION(name, parameters) EXPORTED int name parameters;
#define FORMER FUNCTION
#include "driver_api.inc"
#undef FORMER
#undef FUNCTION

// Chooses a setting of settings.h. Returns 0, or 1 if there is none of that name and value.
EXPORTED int simConfigure(const char* name, uint64_t value);

// 1 if this library checks every access of kernels.
EXPORTED int simChecked();

// The findings so far: how many, and one of them as text that stays until they are cleared.
EXPORTED int simReportCount();
EXPORTED const char* simReport(int i);
EXPORTED void simClearReports();

// PTX that declares all kernels compiled in. The text stays.
EXPORTED const char* simDeclaredPtx();

// How source lines of the kernels used memory so far, one line each; empty where nothing is checked. Stays until the
// next call.
EXPORTED const char* simAccessPatterns();
EXPORTED void simClearAccessPatterns();
