// SPDX-License-Identifier: Apache-2.0
// Compiled, never run, where the toolkit's cuda.h is found: our declarations must have the shapes of the real ones.
#include <cuda.h>

#include <cstdint>
#include <type_traits>

namespace {

template <class A, class B>
struct Same : std::false_type {};

// An enum and an int, a handle, an address and a 64-bit number are passed alike.
template <class A, class B>
constexpr bool alike = sizeof(A) == sizeof(B) && std::is_floating_point_v<A> == std::is_floating_point_v<B>;

template <class R, class S, class... A, class... B>
struct Same<R(A...), S(B...)> {
    template <bool equal_counts>
    static constexpr bool parameters() {
        if constexpr (equal_counts) return (alike<A, B> && ...);
        return false;
    }
    static constexpr bool value = alike<R, S> && parameters<sizeof...(A) == sizeof...(B)>();
};

}  // namespace

// Earlier headers have not all of the names.
#if CUDA_VERSION >= 13000
#define FORMER(name, parameters)
#define FUNCTION(name, parameters) \
    static_assert(Same<decltype(::name), int parameters>::value, #name " has another signature in cuda.h");
#include "driver_api.inc"
#endif
