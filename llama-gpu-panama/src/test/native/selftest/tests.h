// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace selftest {

// Kernels without faults are clean and right, under every schedule.
void clean_kernels();
// Each planted fault of faults.cu is found; without the checks only those that every build must survive.
void planted_faults();
// Attention of prompts: clean, and found faulty where it doesn't wait for its copies.
void prompts();
// What the driver refuses.
void strictness();
// Lazy streams, events, capture and replay.
void streams();

}  // namespace selftest
