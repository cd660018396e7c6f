// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kdev.cuh"

// The row of the step that a number of a list is; without a list, itself.
DEVICE long long listed_row(const int* rows, int number) { return rows == nullptr ? number : rows[number]; }
