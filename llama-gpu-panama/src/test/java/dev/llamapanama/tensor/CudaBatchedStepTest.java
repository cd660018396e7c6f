// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** Several sequences in one step, by the tests that all backends pass. */
class CudaBatchedStepTest extends BatchedStepTest {}
