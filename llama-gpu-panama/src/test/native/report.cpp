// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <vector>

#include "engine.h"

namespace sim {

namespace {
constexpr size_t most_reports = 200;
// Never destroyed: a daemon thread may still be in a call when the process ends.
std::vector<std::string>& reports = *new std::vector<std::string>;

std::string first_word(const std::string& text) { return text.substr(0, text.find_first_of(" \n")); }

std::string resolve(const std::string& library, uintptr_t offset) {
    std::string command = format("addr2line -s -i -e '%s' 0x%zx 2>/dev/null", library.c_str(), offset);
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return "";
    // From the innermost inlined call outwards: what the kernels' author wrote is behind the device language.
    std::string place;
    for (char line[512]; fgets(line, sizeof line, pipe) != nullptr;) {
        if (place.empty() && line[0] != '?' && strncmp(line, "kdev", 4) != 0) place = first_word(line);
    }
    pclose(pipe);
    return place;
}
}  // namespace

std::string format(const char* pattern, ...) {
    va_list arguments;
    va_start(arguments, pattern);
    char text[2048];
    vsnprintf(text, sizeof text, pattern, arguments);
    va_end(arguments);
    return text;
}

void report(const std::string& text) {
    std::string place = running_place();
    std::string whole = place.empty() ? text : text + " [" + place + "]";
    if (reports.size() >= most_reports) return;
    if (std::find(reports.begin(), reports.end(), whole) == reports.end()) reports.push_back(whole);
}

int report_count() { return static_cast<int>(reports.size()); }

std::string report_text(int i) { return i >= 0 && i < report_count() ? reports[i] : ""; }

std::string last_report() { return reports.empty() ? "" : reports.back(); }

void clear_reports() { reports.clear(); }

std::string place_of(const void* return_address) {
    static auto& known = *new std::map<const void*, std::string>;
    std::string& text = known[return_address];
    if (!text.empty()) return text;
    Dl_info info;
    if (dladdr(return_address, &info) == 0) return text = format("%p", return_address);
    // The call stands before its return address.
    uintptr_t offset = reinterpret_cast<uintptr_t>(return_address) - reinterpret_cast<uintptr_t>(info.dli_fbase) - 1;
    text = resolve(info.dli_fname, offset);
    if (text.empty()) text = format("%s+0x%zx", info.dli_fname, offset);
    return text;
}

}  // namespace sim
