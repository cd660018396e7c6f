// SPDX-License-Identifier: Apache-2.0
// The device language's second body: kernels compiled by g++ run on the simulated driver's fibers. Each function does
// what its namesake in kdev.cuh does, and more strictly: where CUDA leaves a result open, a fault is reported.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

struct uint2 {
    unsigned x, y;
};
struct int2 {
    int x, y;
};
struct float2 {
    float x, y;
};
struct alignas(16) uint4 {
    unsigned x, y, z, w;
};
struct alignas(16) int4 {
    int x, y, z, w;
};
struct alignas(16) float4 {
    float x, y, z, w;
};

inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

namespace sim {

struct Index {
    unsigned x, y, z;
};

// Where in the kernels' source a barrier or an exchange stands.
struct Site {
    const char* file;
    int line;
};

// The front of engine.h's Fiber: all that kernels read of it.
struct Thread {
    Index index;
};

extern Thread* running;
extern Index block_index, block_size, grid_size;

void block_barrier(Site site);
void wait_for_earlier_grids();
void warp_barrier(Site site);
float fold_sum(float v, Site site);
int fold_sum(int v, Site site);
float fold_max(float v, Site site);
enum class Shuffle { lane, exclusive, down };
uint32_t shuffle(uint32_t v, Shuffle kind, int operand, Site site);

void* shared_array(const void* key, size_t bytes);
void* dynamic_shared();

void copy_async(void* shared, const void* global, unsigned bytes, Site site);
void commit_copies();
void await_copies(int groups_left);

void load_matrices(uint32_t* v, int matrices, const void* row, Site site);
void load_transposed(uint32_t* v, int matrices, const void* row, Site site);
void multiply_f16(float* sums, const uint32_t* a, const uint32_t* b, Site site);
void multiply_bf16(float* sums, const uint32_t* a, const uint32_t* b, Site site);
void multiply_s8(int* sums, const uint32_t* a, const uint32_t* b, Site site);

[[noreturn]] void misaligned(const void* address, unsigned bytes);

// Accesses wider than a register of the host, seen by the checks as one.
uint4 checked_load16(const void* from);
uint2 checked_load8(const void* from);
void checked_store16(void* to, uint4 v);

float half_to_float(uint16_t half);
uint16_t float_to_half(float f);

template <class To, class From>
inline To bits(From from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

// What KERNEL_EXPORT tells of a kernel. Sizes and alignments are those of its parameters, in bytes.
struct Registration {
    const char* name;
    void (*call)(void** arguments);
    int parameters;
    const unsigned* sizes;
    const unsigned* alignments;
    Registration* next;
    static Registration* first;
};

template <auto kernel>
struct Thunk;

template <class... A, void (*kernel)(A...)>
struct Thunk<kernel> {
    static constexpr unsigned sizes[] = {sizeof(A)..., 0};
    static constexpr unsigned alignments[] = {alignof(A)..., 0};
    template <size_t... i>
    static void unpack(void** arguments, std::index_sequence<i...>) {
        kernel(*static_cast<std::remove_reference_t<A>*>(arguments[i])...);
    }
    static void call(void** arguments) { unpack(arguments, std::index_sequence_for<A...>()); }
};

template <auto kernel, class... A>
constexpr int count_parameters(void (*)(A...)) {
    return sizeof...(A);
}

template <auto kernel>
struct Registered : Registration {
    explicit Registered(const char* name)
        : Registration{name,
                       Thunk<kernel>::call,
                       count_parameters<kernel>(kernel),
                       Thunk<kernel>::sizes,
                       Thunk<kernel>::alignments,
                       first} {
        first = this;
    }
};

}  // namespace sim

#define threadIdx (sim::running->index)
#define blockIdx (sim::block_index)
#define blockDim (sim::block_size)
#define gridDim (sim::grid_size)

#define KERNEL(...) static
#define DEVICE inline __attribute__((always_inline))
#define UNROLL
#define ROLLED
#define KERNEL_EXPORT(k) static const sim::Registered<k> k##_registered(#k)
#define SHARED(T, name, n)     \
    static char name##_shared; \
    T(&name)[n] = *static_cast<T(*)[n]>(sim::shared_array(&name##_shared, sizeof(T) * (n)))
#define DYN_SHARED(T, name) T* const name = static_cast<T*>(sim::dynamic_shared())

#define ALL_LANES 0xffffffffu

// The place of the call, taken by default arguments.
#define SIM_HERE                          \
    sim::Site site = {                    \
        __builtin_FILE(), __builtin_LINE() \
    }

inline void block_sync(SIM_HERE) { sim::block_barrier(site); }
inline void warp_sync(SIM_HERE) { sim::warp_barrier(site); }

inline void grid_wait() { sim::wait_for_earlier_grids(); }
inline void grid_launch() {}
inline void fetch_l2(const void*) {}

inline float warp_sum(float v, SIM_HERE) { return sim::fold_sum(v, site); }
inline int warp_sum_i(int v, SIM_HERE) { return sim::fold_sum(v, site); }
inline float warp_max(float v, SIM_HERE) { return sim::fold_max(v, site); }

inline float shfl(float v, int lane, SIM_HERE) {
    return sim::bits<float>(sim::shuffle(sim::bits<uint32_t>(v), sim::Shuffle::lane, lane, site));
}
inline int shfl(int v, int lane, SIM_HERE) { return sim::shuffle(v, sim::Shuffle::lane, lane, site); }
inline float shfl_xor(float v, int mask, SIM_HERE) {
    return sim::bits<float>(sim::shuffle(sim::bits<uint32_t>(v), sim::Shuffle::exclusive, mask, site));
}
inline int shfl_xor(int v, int mask, SIM_HERE) { return sim::shuffle(v, sim::Shuffle::exclusive, mask, site); }
inline float shfl_down(float v, int n, SIM_HERE) {
    return sim::bits<float>(sim::shuffle(sim::bits<uint32_t>(v), sim::Shuffle::down, n, site));
}
inline int shfl_down(int v, int n, SIM_HERE) { return sim::shuffle(v, sim::Shuffle::down, n, site); }

#ifdef SIM_CHECKED
#define ld128(from) sim::checked_load16(from)
#define ld128_stream(from) sim::checked_load16(from)
#define ld64(from) sim::checked_load8(from)
#define st128(to, v) sim::checked_store16(to, v)
#else
template <class T>
inline T sim_load(const void* from) {
    if (reinterpret_cast<uintptr_t>(from) % sizeof(T) != 0) sim::misaligned(from, sizeof(T));
    T v;
    std::memcpy(&v, from, sizeof v);
    return v;
}
inline uint4 ld128(const void* from) { return sim_load<uint4>(from); }
inline uint4 ld128_stream(const void* from) { return sim_load<uint4>(from); }
inline uint2 ld64(const void* from) { return sim_load<uint2>(from); }
inline void st128(void* to, uint4 v) {
    if (reinterpret_cast<uintptr_t>(to) % sizeof v != 0) sim::misaligned(to, sizeof v);
    std::memcpy(to, &v, sizeof v);
}
#endif

#ifdef __F16C__
inline float f16_to_f32(uint16_t half) { return sim::bits<_Float16>(half); }
inline uint16_t f32_to_f16(float f) { return sim::bits<uint16_t>(static_cast<_Float16>(f)); }
#else
inline float f16_to_f32(uint16_t half) { return sim::half_to_float(half); }
inline uint16_t f32_to_f16(float f) { return sim::float_to_half(f); }
#endif
inline float bf16_to_f32(uint16_t v) { return sim::bits<float>(static_cast<uint32_t>(v) << 16); }
inline uint16_t f32_to_bf16(float f) {
    uint32_t v = sim::bits<uint32_t>(f);
    if (f != f) return 0x7fff;
    return static_cast<uint16_t>((v + 0x7fff + (v >> 16 & 1)) >> 16);
}
inline float2 half2_to_float2(uint32_t halves) {
    return {f16_to_f32(static_cast<uint16_t>(halves)), f16_to_f32(static_cast<uint16_t>(halves >> 16))};
}
inline uint32_t float2_to_half2(float lower, float upper) {
    return f32_to_f16(lower) | static_cast<uint32_t>(f32_to_f16(upper)) << 16;
}
inline float bits_to_f32(uint32_t v) { return sim::bits<float>(v); }
inline uint32_t copied(uint32_t v) { return v; }
inline uint32_t f32_to_bits(float f) { return sim::bits<uint32_t>(f); }

inline int dp4a(int a, int b, int c) {
    for (int i = 0; i < 32; i += 8) c += static_cast<int8_t>(a >> i) * static_cast<int8_t>(b >> i);
    return c;
}
inline float dexp(float x) { return expf(x); }
inline float dsqrt(float x) { return sqrtf(x); }
inline float dexp2(float x) { return x < -126 ? 0 : exp2f(x); }

inline void cp_async4(void* shared, const void* global, SIM_HERE) { sim::copy_async(shared, global, 4, site); }
inline void cp_async8(void* shared, const void* global, SIM_HERE) { sim::copy_async(shared, global, 8, site); }
inline void cp_async16(void* shared, const void* global, SIM_HERE) { sim::copy_async(shared, global, 16, site); }
inline void cp_async_commit() { sim::commit_copies(); }
template <int N>
inline void cp_async_wait() {
    sim::await_copies(N);
}

inline void ldmatrix_x2(uint32_t (&v)[2], const void* shared, SIM_HERE) { sim::load_matrices(v, 2, shared, site); }
inline void ldmatrix_x4(uint32_t (&v)[4], const void* shared, SIM_HERE) { sim::load_matrices(v, 4, shared, site); }
inline void ldmatrix_x4_trans(uint32_t (&v)[4], const void* shared, SIM_HERE) {
    sim::load_transposed(v, 4, shared, site);
}
inline void mma_f16_16816(float (&sums)[4], const uint32_t (&a)[4], const uint32_t (&b)[2], SIM_HERE) {
    sim::multiply_f16(sums, a, b, site);
}
inline void mma_bf16_16816(float (&sums)[4], const uint32_t (&a)[4], const uint32_t (&b)[2], SIM_HERE) {
    sim::multiply_bf16(sums, a, b, site);
}
inline void mma_s8_16832(int (&sums)[4], const uint32_t (&a)[4], const uint32_t (&b)[2], SIM_HERE) {
    sim::multiply_s8(sums, a, b, site);
}
inline void mma_s8_16816(int (&sums)[4], const uint32_t (&a)[2], uint32_t b, SIM_HERE) {
    const uint32_t deeper_a[4] = {a[0], a[1], 0, 0}, deeper_b[2] = {b, 0};
    sim::multiply_s8(sums, deeper_a, deeper_b, site);
}
