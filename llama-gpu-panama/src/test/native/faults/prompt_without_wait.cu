// SPDX-License-Identifier: Apache-2.0
// Attention of prompts that doesn't wait for its asynchronous copies.
#include "prompt_softmax.cuh"

namespace without_wait {

template <int N>
inline void forgotten_wait() {}

#define cp_async_wait forgotten_wait
#define attention_prompt_d64 fault_prompt_without_wait
#define attention_prompt_d64_q8 fault_prompt_without_wait_q8
#define attention_prompt_d128 fault_prompt_without_wait_d128
#define attention_prompt_d128_q8 fault_prompt_without_wait_d128_q8
#include "attention_prompt.cu"

}  // namespace without_wait
