// SPDX-License-Identifier: Apache-2.0
// Exported: the simulator's own functions, for tests.
#include <string>

#include "access_patterns.h"
#include "context.h"
#include "driver_api.h"
#include "report.h"
#include "settings.h"

using namespace sim;

int simConfigure(const char* name, uint64_t value) {
    return call(Needs::nothing, [&] {
        require(name != nullptr && settings().set(name, value), cuda::invalid_value);
    });
}

int simChecked() { return checked ? 1 : 0; }

int simReportCount() {
    int count = 0;
    call(Needs::nothing, [&] { count = report_count(); });
    return count;
}

const char* simReport(int i) {
    static std::string& text = *new std::string;
    call(Needs::nothing, [&] { text = report_text(i); });
    return text.c_str();
}

void simClearReports() {
    call(Needs::nothing, [] { clear_reports(); });
}

const char* simDeclaredPtx() {
    static std::string& text = *new std::string(declared_ptx());
    return text.c_str();
}

const char* simAccessPatterns() {
    static std::string& text = *new std::string;
    call(Needs::nothing, [&] {
        if constexpr (checked) text = access_patterns().text();
    });
    return text.c_str();
}

void simClearAccessPatterns() {
    call(Needs::nothing, [] {
        if constexpr (checked) access_patterns().clear();
    });
}
