// SPDX-License-Identifier: Apache-2.0
// Attention of prompts that doesn't wait for its asynchronous copies.
#include "halves.cuh"
#include "prompt_tile.cuh"
#include "rounding.cuh"
#include "row_scale.cuh"

namespace without_wait {

template <int N>
inline void forgotten_wait() {}

#define cp_async_wait forgotten_wait
#define attention_prompt_d64 fault_prompt_without_wait
#define attention_prompt_d128 fault_prompt_without_wait_d128
#include "attention_prompt.cu"

}  // namespace without_wait
