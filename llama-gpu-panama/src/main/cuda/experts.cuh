// SPDX-License-Identifier: Apache-2.0
// Which rows of a mixture of experts read which of them.
#pragma once

#include "kdev.cuh"

// Rows [begin, end) that read an expert, of those that begin a tile; none if they are empty. As a choice it is one row, scaled by the weight.
struct alignas(16) ExpertRows {
    int expert;
    int begin, end;
    float weight;

    DEVICE bool empty() const { return begin >= end; }
};
