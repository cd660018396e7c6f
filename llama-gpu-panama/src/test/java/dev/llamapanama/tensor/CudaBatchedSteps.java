// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** Several sequences in one step, by the tests that all backends pass: for a GPU, since the simulated driver would take an hour (see DeviceSuiteMain). */
class CudaBatchedSteps extends BatchedStepTest {

    /** Kernels for more than 8 tokens add up in another order. */
    @Override
    double tolerance() {
        return 5e-3;
    }
}
