// SPDX-License-Identifier: Apache-2.0
#include "kdev.cuh"

// Does nothing: by recording it one finds out whether a driver lets kernels overlap.
KERNEL(32)
void overlap() {
    grid_launch();
    grid_wait();
}
KERNEL_EXPORT(overlap);
