// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** Several sequences in one step, by the tests that all backends pass: for a GPU, since the simulated driver would take an hour (see DeviceSuiteMain). */
class CudaBatchedSteps extends BatchedStepTest {

    /**
     * Kernels for more than 8 tokens add up in another order, so that an activation near the middle between two roundings may become either.
     */
    @Override
    double tolerance(DType type) {
        boolean isRounded = type.blockSize() > 1;
        return isRounded ? 5e-3 : 1e-5;
    }

    /** Halves are such roundings, too. */
    @Override
    DType kept(DType kvType) {
        return DType.F32;
    }
}
