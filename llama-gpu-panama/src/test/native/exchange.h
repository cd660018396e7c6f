// SPDX-License-Identifier: Apache-2.0
// The exchange of values between all lanes of a warp.
#pragma once

#include "scheduler.h"

namespace sim {

// Where a lane puts its values before it meets the others.
Slot& my_slot(const Fiber& f);

// Waits for all lanes of f's warp. Returns the half of the slots that this exchange used.
uint8_t meet(Fiber& f, Exchange exchange, Site site);

}  // namespace sim
