// SPDX-License-Identifier: Apache-2.0
// What the simulator found wrong with kernels and calls, as lines of text kept until they are asked for.
#pragma once

#include <string>

namespace sim {

#ifdef SIM_CHECKED
constexpr bool checked = true;
#else
constexpr bool checked = false;
#endif

// Keeps a finding, once; the kernel and where it ran are put before it when one runs. At most 200 are kept.
void report(const std::string& text);

int report_count();
std::string report_text(int i);
std::string last_report();
void clear_reports();

// "function (file:line)" of a return address in this library, "library+offset" where addr2line isn't to be had.
std::string place_of(const void* return_address);

__attribute__((format(printf, 1, 2))) std::string format(const char* pattern, ...);

}  // namespace sim
