// SPDX-License-Identifier: Apache-2.0
// Kernels without a fault: nothing may be found in them, under any schedule.
#include "kdev.cuh"

// out[i] is the sum over i's block, by way of shared memory and warps.
KERNEL(256) void clean_block_sum(const float* x, float* out, int n) {
    SHARED(float, parts, 8);
    const int i = blockIdx.x * 256 + threadIdx.x;
    float v = warp_sum(i < n ? x[i] : 0.0f);
    if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = v;
    block_sync();
    float sum = 0;
    for (int w = 0; w < 8; w++) sum += parts[w];
    block_sync();
    if (i < n) out[i] = sum;
}
KERNEL_EXPORT(clean_block_sum);

// Reverses pieces of 64 floats by asynchronous copies.
KERNEL(64) void clean_reverse(const float* x, float* out) {
    DYN_SHARED(float, tile);
    const int i = threadIdx.x;
    if (i < 16) cp_async16(tile + 4 * i, x + blockIdx.x * 64 + 4 * i);
    cp_async_commit();
    cp_async_wait<0>();
    block_sync();
    out[blockIdx.x * 64 + i] = tile[63 - i];
}
KERNEL_EXPORT(clean_reverse);

// Lanes exchange through shared memory with a warp's barrier only; blocks write neighbouring bytes.
KERNEL(32) void clean_bytes(const int8_t* x, int8_t* out) {
    SHARED(int, values, 32);
    const int lane = threadIdx.x;
    for (int round = 0; round < 3; round++) {
        values[lane] = x[lane] + round;
        warp_sync();
        int v = values[lane ^ 1];
        warp_sync();
        if (lane == round) out[blockIdx.x * 3 + round] = static_cast<int8_t>(v);
    }
}
KERNEL_EXPORT(clean_bytes);

// D = A B + D of one 16 x 16 by 16 x 8 product; b holds columns.
KERNEL(32) void clean_mma(const uint16_t* a, const uint16_t* b, float* d) {
    SHARED(uint16_t, rows, 16 * 16);
    SHARED(uint16_t, columns, 8 * 16);
    const int lane = threadIdx.x;
    st128(rows + 8 * lane, ld128(a + 8 * lane));
    if (lane < 16) st128(columns + 8 * lane, ld128(b + 8 * lane));
    warp_sync();
    uint32_t fa[4], fb[2];
    ldmatrix_x4(fa, rows + lane % 16 * 16 + lane / 16 * 8);
    ldmatrix_x2(fb, columns + lane % 8 * 16 + lane / 8 % 2 * 8);
    float sums[4] = {0, 0, 0, 0};
    mma_bf16_16816(sums, fa, fb);
    for (int i = 0; i < 4; i++) d[(lane / 4 + i / 2 * 8) * 8 + lane % 4 * 2 + i % 2] = sums[i];
}
KERNEL_EXPORT(clean_mma);

// D = A B of one 16 x 32 by 32 x 8 product of integers; b holds columns, copied 8 and 16 bytes at a time.
KERNEL(32) void clean_mma_s8(const int8_t* a, const int8_t* b, int* d) {
    SHARED(int8_t, rows, 16 * 32);
    SHARED(int8_t, columns, 8 * 32);
    const int lane = threadIdx.x;
    cp_async16(rows + 16 * lane, a + 16 * lane);
    cp_async8(columns + 8 * lane, b + 8 * lane);
    cp_async_commit();
    cp_async_wait<0>();
    warp_sync();
    uint32_t fa[4], fb[2];
    ldmatrix_x4(fa, rows + lane % 16 * 32 + lane / 16 * 16);
    ldmatrix_x2(fb, columns + lane % 8 * 32 + lane / 8 % 2 * 16);
    int sums[4] = {0, 0, 0, 0};
    mma_s8_16832(sums, fa, fb);
    for (int i = 0; i < 4; i++) d[(lane / 4 + i / 2 * 8) * 8 + lane % 4 * 2 + i % 2] = sums[i];
}
KERNEL_EXPORT(clean_mma_s8);

// Fetches what no kernel has written, and waits for the kernel before it then.
KERNEL(32) void clean_grid_wait(const float* weights, float* x) {
    grid_launch();
    const float weight = weights[threadIdx.x];
    grid_wait();
    x[threadIdx.x] += weight;
}
KERNEL_EXPORT(clean_grid_wait);

// D = A B of halves; b holds rows, which are transposed as they are loaded.
KERNEL(32) void clean_mma_f16(const uint16_t* a, const uint16_t* b, float* d) {
    SHARED(uint16_t, rows, 16 * 16);
    SHARED(uint16_t, columns, 16 * 16);
    const int lane = threadIdx.x;
    st128(rows + 8 * lane, ld128(a + 8 * lane));
    st128(columns + 8 * lane, ld128(b + 8 * lane));
    warp_sync();
    uint32_t fa[4], fb[4];
    ldmatrix_x4(fa, rows + lane % 16 * 16 + lane / 16 * 8);
    ldmatrix_x4_trans(fb, columns + lane % 16 * 16 + lane / 16 * 8);
    for (int n = 0; n < 2; n++) {
        float sums[4] = {0, 0, 0, 0};
        const uint32_t half[2] = {fb[2 * n], fb[2 * n + 1]};
        mma_f16_16816(sums, fa, half);
        for (int i = 0; i < 4; i++) d[(lane / 4 + i / 2 * 8) * 16 + n * 8 + lane % 4 * 2 + i % 2] = sums[i];
    }
}
KERNEL_EXPORT(clean_mma_f16);
