// SPDX-License-Identifier: Apache-2.0
// Proves that the simulated driver finds what it is there to find, and nothing else. Ends with 1 if it doesn't.
#include <cstdio>

#include "device.h"
#include "tests.h"

int main() {
    selftest::clean_kernels();
    selftest::planted_faults();
    selftest::prompts();
    selftest::strictness();
    selftest::streams();
    fprintf(stderr, "%s self-test: %d failures\n", simChecked() ? "checked" : "fast", selftest::failures());
    return selftest::failures() == 0 ? 0 : 1;
}
