// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace selftest {

// Kernels without faults are clean and right, under every schedule.
void clean_kernels();
// Each planted fault of faults.cu is found; without the checks only those that every build must survive.
void planted_faults();
// What the driver refuses.
void strictness();
// Lazy streams, events, capture and replay.
void streams();

}  // namespace selftest
