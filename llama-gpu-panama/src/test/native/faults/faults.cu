// SPDX-License-Identifier: Apache-2.0
// Broken kernels, one fault each, which the self-test proves to be found.
#include "kdev.cuh"

// Writes x[n] too.
KERNEL(64) void fault_out_of_bounds(float* x, int n) {
    const int i = threadIdx.x;
    if (i <= n) x[i] = 1;
}
KERNEL_EXPORT(fault_out_of_bounds);

// Another warp's value is read before that warp must have written it.
KERNEL(64) void fault_read_before_barrier(float* out) {
    SHARED(float, tile, 64);
    const int i = threadIdx.x;
    tile[i] = static_cast<float>(i);
    out[i] = tile[63 - i];
}
KERNEL_EXPORT(fault_read_before_barrier);

// The second round's values are written before all have read the first's.
KERNEL(64) void fault_write_before_barrier(float* out) {
    SHARED(float, tile, 64);
    const int i = threadIdx.x;
    float sum = 0;
    for (int round = 0; round < 2; round++) {
        tile[i] = static_cast<float>(i + round);
        block_sync();
        sum += tile[63 - i];
    }
    out[i] = sum;
}
KERNEL_EXPORT(fault_write_before_barrier);

// Lanes of a warp need a barrier too.
KERNEL(32) void fault_missing_warp_barrier(float* out) {
    SHARED(float, tile, 32);
    const int i = threadIdx.x;
    tile[i] = static_cast<float>(i);
    out[i] = tile[31 - i];
}
KERNEL_EXPORT(fault_missing_warp_barrier);

// The halves of a block wait at different barriers.
KERNEL(64) void fault_divergent_barrier(float* out) {
    const int i = threadIdx.x;
    if (i < 32) {
        block_sync();
        out[i] = 1;
    } else {
        block_sync();
        out[i] = 2;
    }
}
KERNEL_EXPORT(fault_divergent_barrier);

// Some threads end before a barrier.
KERNEL(64) void fault_missed_barrier(float* out) {
    const int i = threadIdx.x;
    if (i >= 40) return;
    block_sync();
    out[i] = 1;
}
KERNEL_EXPORT(fault_missed_barrier);

// Half of the lanes exchange, the others end.
KERNEL(32) void fault_partial_shuffle(float* out) {
    const int i = threadIdx.x;
    if (i < 16) out[i] = shfl_xor(static_cast<float>(i), 1);
}
KERNEL_EXPORT(fault_partial_shuffle);

// One lane waits for the block, the others for the warp.
KERNEL(32) void fault_deadlock(float* out) {
    const int i = threadIdx.x;
    if (i == 7) block_sync();
    warp_sync();
    out[i] = 1;
}
KERNEL_EXPORT(fault_deadlock);

// Asynchronous copies are read before they were waited for.
KERNEL(32) void fault_missing_wait(const float* x, float* out) {
    SHARED(float, tile, 128);
    const int i = threadIdx.x;
    cp_async16(tile + 4 * i, x + 4 * i);
    cp_async_commit();
    out[i] = tile[4 * i];
    cp_async_wait<0>();
}
KERNEL_EXPORT(fault_missing_wait);

// Sums memory that may never have been written.
KERNEL(32) void fault_uninitialised(const float* x, float* out) {
    out[threadIdx.x] = x[threadIdx.x] + 1;
}
KERNEL_EXPORT(fault_uninitialised);

// The same of shared memory.
KERNEL(32) void fault_uninitialised_shared(float* out) {
    SHARED(float, tile, 32);
    const int i = threadIdx.x;
    if (i < 31) tile[i] = 1;
    warp_sync();
    out[i] = tile[i];
}
KERNEL_EXPORT(fault_uninitialised_shared);

// A block reads what another writes.
KERNEL(32) void fault_cross_block(float* x, float* out) {
    const int i = blockIdx.x * 32 + threadIdx.x;
    x[i] = static_cast<float>(i);
    out[i] = x[(i + 32) % (32 * gridDim.x)];
}
KERNEL_EXPORT(fault_cross_block);

// 16 bytes at a multiple of 4.
KERNEL(32) void fault_misaligned(const float* x, float* out) {
    uint4 v = ld128(x + 1 + threadIdx.x * 4);
    out[threadIdx.x] = bits_to_f32(v.x);
}
KERNEL_EXPORT(fault_misaligned);

// Divides integers by zero where n is zero.
KERNEL(32) void fault_division(int* out, int n) {
    out[threadIdx.x] = 7 / n;
}
KERNEL_EXPORT(fault_division);

// Beyond the end of dynamic shared memory.
KERNEL(32) void fault_dynamic_shared(float* out, int n) {
    DYN_SHARED(float, tile);
    tile[n + threadIdx.x] = 1;
    warp_sync();
    out[threadIdx.x] = tile[n + threadIdx.x];
}
KERNEL_EXPORT(fault_dynamic_shared);

// Each lane reads a row of its own: 32 sectors where 4 would do.
KERNEL(32) void lint_strided(const float* x, float* out) {
    out[threadIdx.x] = x[threadIdx.x * 32];
}
KERNEL_EXPORT(lint_strided);

// Reads what the kernel before it may not have written yet.
KERNEL(32) void fault_read_before_grid_wait(const float* x, float* out) {
    const float early = x[threadIdx.x];
    grid_wait();
    out[threadIdx.x] = early;
}
KERNEL_EXPORT(fault_read_before_grid_wait);

// Writes what the kernel before it may still read.
KERNEL(32) void fault_write_before_grid_wait(float* out) {
    out[threadIdx.x] = 1;
    grid_wait();
}
KERNEL_EXPORT(fault_write_before_grid_wait);

// Some threads end without having waited.
KERNEL(32) void fault_no_grid_wait(float* out) {
    if (threadIdx.x >= 16) return;
    grid_wait();
    out[threadIdx.x] = 1;
}
KERNEL_EXPORT(fault_no_grid_wait);
