// SPDX-License-Identifier: Apache-2.0
// The device language: all that kernels use beyond plain C++17 and threadIdx, blockIdx, blockDim, gridDim.
// It has two bodies, this one for nvcc and kdev_sim.h of the tests, which runs the same kernels on the host.
// A lane is the linear index of a thread modulo 32; what is done by a warp is done by all of its 32 lanes.
#pragma once

#ifndef __CUDACC__
#include "kdev_sim.h"
#else

#include <math.h>
#include <stdint.h>

// Threads of a block and, if given, how many blocks a multiprocessor must have room for, which bounds the registers.
#define KERNEL(...) extern "C" __global__ __launch_bounds__(__VA_ARGS__)
#define DEVICE __device__ __forceinline__
#define SHARED(T, name, n) __shared__ __align__(16) T name[n]
#define DYN_SHARED(T, name) extern __shared__ __align__(16) T name[]
#define KERNEL_EXPORT(k)
#define UNROLL _Pragma("unroll")
#define ROLLED _Pragma("unroll 1")

// Compiled for compute capability 9.0 and no other, so that wgmma and what else came and went with it can be used.
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
#define HOPPER
#endif

#define ALL_LANES 0xffffffffu

// Barriers.

DEVICE void block_sync() { __syncthreads(); }
DEVICE void warp_sync() { __syncwarp(); }

// Kernels that follow each other. On devices that can, a kernel may begin before those ahead of it have ended: what it fetches before
// grid_wait must have been written by none of them, and in every launch all threads must come to grid_wait before they end, since the kernel
// after it counts on that. grid_launch allows the next one to begin, once all blocks have come there or ended.

DEVICE void grid_wait() {
#ifdef HOPPER
    asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

DEVICE void grid_launch() {
#ifdef HOPPER
    asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

// Exchange between the lanes of a warp.

DEVICE float shfl(float v, int lane) { return __shfl_sync(ALL_LANES, v, lane); }
DEVICE int shfl(int v, int lane) { return __shfl_sync(ALL_LANES, v, lane); }
DEVICE float shfl_xor(float v, int mask) { return __shfl_xor_sync(ALL_LANES, v, mask); }
DEVICE int shfl_xor(int v, int mask) { return __shfl_xor_sync(ALL_LANES, v, mask); }
DEVICE float shfl_down(float v, int n) { return __shfl_down_sync(ALL_LANES, v, n); }
DEVICE int shfl_down(int v, int n) { return __shfl_down_sync(ALL_LANES, v, n); }

// Butterflies: partners 16, 8, 4, 2 and 1 lanes away, in this order, so that all lanes get the same bits.

DEVICE float warp_sum(float v) {
    UNROLL
    for (int mask = 16; mask > 0; mask >>= 1) v += shfl_xor(v, mask);
    return v;
}

DEVICE int warp_sum_i(int v) {
    UNROLL
    for (int mask = 16; mask > 0; mask >>= 1) v += shfl_xor(v, mask);
    return v;
}

DEVICE float warp_max(float v) {
    UNROLL
    for (int mask = 16; mask > 0; mask >>= 1) v = fmaxf(v, shfl_xor(v, mask));
    return v;
}

// Accesses of 16 and 8 bytes, which addresses must be multiples of.

DEVICE uint4 ld128(const void* from) { return *static_cast<const uint4*>(from); }
DEVICE void st128(void* to, uint4 v) { *static_cast<uint4*>(to) = v; }
DEVICE uint2 ld64(const void* from) { return *static_cast<const uint2*>(from); }

// Of global memory that no kernel writes while this one runs, and that isn't read again: it stays out of the first cache.
// Volatile, so that it is fetched where the kernel says, however much later it is used.
DEVICE uint4 ld128_stream(const void* from) {
    uint4 v;
    asm volatile("ld.global.nc.L1::no_allocate.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
                 : "l"(from));
    return v;
}

// Begins to fetch what is there to the second cache, the one that all multiprocessors share. No reading: who reads it later sees the newest.
DEVICE void fetch_l2(const void* from) { asm volatile("prefetch.global.L2 [%0];" ::"l"(from)); }

// Numbers of 16 bits.

DEVICE float f16_to_f32(uint16_t half) {
    float f;
    asm("cvt.f32.f16 %0, %1;" : "=f"(f) : "h"(half));
    return f;
}

DEVICE uint16_t f32_to_f16(float f) {
    uint16_t half;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(half) : "f"(f));
    return half;
}

DEVICE float bf16_to_f32(uint16_t bits) { return __uint_as_float(static_cast<uint32_t>(bits) << 16); }

DEVICE uint16_t f32_to_bf16(float f) {
    uint16_t bits;
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(f));
    return bits;
}

// The lower half first.
DEVICE float2 half2_to_float2(uint32_t halves) {
    return make_float2(f16_to_f32(static_cast<uint16_t>(halves)), f16_to_f32(static_cast<uint16_t>(halves >> 16)));
}

// Two at once, the lower half first.
DEVICE uint32_t float2_to_half2(float lower, float upper) {
    uint32_t halves;
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(halves) : "f"(upper), "f"(lower));
    return halves;
}

// Bits of floats.

DEVICE float bits_to_f32(uint32_t bits) { return __uint_as_float(bits); }

// In a register of its own, where the compiler would do without.
DEVICE uint32_t copied(uint32_t bits) {
    uint32_t copy;
    asm volatile("mov.b32 %0, %1;" : "=r"(copy) : "r"(bits));
    return copy;
}

DEVICE uint32_t f32_to_bits(float f) { return __float_as_uint(f); }

// Four products of signed bytes, added to c.
DEVICE int dp4a(int a, int b, int c) { return __dp4a(a, b, c); }

// IEEE functions under names of their own: the fast ones of CUDA aren't exact enough.

DEVICE float dexp(float x) { return expf(x); }
DEVICE float dsqrt(float x) { return sqrtf(x); }

// 2^x by the special function unit: a relative error of 2^-22, and zero below 2^-126.
DEVICE float dexp2(float x) {
    float power;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(x));
    return power;
}

// Copies from global to shared memory that go on until they are waited for.

DEVICE void cp_async16(void* shared, const void* global) {
    unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to), "l"(global) : "memory");
}

DEVICE void cp_async8(void* shared, const void* global) {
    unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    asm volatile("cp.async.ca.shared.global [%0], [%1], 8;" ::"r"(to), "l"(global) : "memory");
}

DEVICE void cp_async4(void* shared, const void* global) {
    unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" ::"r"(to), "l"(global) : "memory");
}

DEVICE void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

template <int N>
DEVICE void cp_async_wait() {
    asm volatile("cp.async.wait_group %0;" ::"n"(N) : "memory");
}

// Tensor cores: fragments as the PTX manual lays them out for m16n8k16, and for m16n8k16 and m16n8k32 of bytes.

DEVICE void ldmatrix_x2(uint32_t (&v)[2], const void* shared) {
    unsigned from = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];" : "=r"(v[0]), "=r"(v[1]) : "r"(from));
}

DEVICE void ldmatrix_x4(uint32_t (&v)[4], const void* shared) {
    unsigned from = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(v[0]), "=r"(v[1]), "=r"(v[2]), "=r"(v[3])
                 : "r"(from));
}

// Each matrix transposed.
DEVICE void ldmatrix_x4_trans(uint32_t (&v)[4], const void* shared) {
    unsigned from = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(v[0]), "=r"(v[1]), "=r"(v[2]), "=r"(v[3])
                 : "r"(from));
}

DEVICE void mma_bf16_16816(float (&sums)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                 "{%0, %1, %2, %3};"
                 : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

DEVICE void mma_f16_16816(float (&sums)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                 "{%0, %1, %2, %3};"
                 : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// Half as deep as the next.
DEVICE void mma_s8_16816(int (&sums)[4], const uint32_t (&a)[2], uint32_t b) {
    asm volatile("mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5}, {%6}, "
                 "{%0, %1, %2, %3};"
                 : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
                 : "r"(a[0]), "r"(a[1]), "r"(b));
}

DEVICE void mma_s8_16832(int (&sums)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                 "{%0, %1, %2, %3};"
                 : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

#endif
