// SPDX-License-Identifier: Apache-2.0
#include "kdev.cuh"

// Makes the inputs of a step with one token those of the next: the likeliest token, at the next position. A few numbers, of one thread. Where no
// logit is a number, there is no likeliest token, and the next is any.
KERNEL(32)
void next_step(const int* likeliest, int* token, int* position, int* single_position) {
    grid_launch();
    grid_wait();
    if (threadIdx.x > 0) return;
    *token = *likeliest < 0 ? 0 : *likeliest;
    ++*position;
    ++*single_position;
}
KERNEL_EXPORT(next_step);
