// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kdev.cuh"

// silu(gate) up, as in a SwiGLU network.
DEVICE float gated(float gate, float up) { return gate / (1.0f + dexp(-gate)) * up; }
