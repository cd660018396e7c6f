// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** Attention over pages, by the tests that all backends pass. */
class CudaAttentionTest extends AttentionTest {}
