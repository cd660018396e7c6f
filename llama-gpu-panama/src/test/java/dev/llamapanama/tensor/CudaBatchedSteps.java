// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.decoder.DecidedTokens;

/** Several sequences in one step, by the tests that all backends pass: for a GPU, since the simulated driver would take long (see DeviceSuiteMain). */
class CudaBatchedSteps extends BatchedStepTest {

    /** Kernels for more than 8 tokens add up in another order, and only that. */
    @Override
    double tolerance(DType type) {
        return 1e-5;
    }

    /** Other orders of sums may turn over the roundings of any, where activations are rounded. */
    @Override
    Tokens tokens(TestModel model, DType kvType) {
        boolean isRounded = !Numerics.of(model.type()).equals(Numerics.F32);
        return isRounded || model.config().moe() != null
                ? new DecidedTokens(model, kvType)::after
                : super.tokens(model, kvType);
    }

    /** Halves are such roundings, too, and those of types that a GPU decodes aren't the reference's, which rounds their activations. */
    @Override
    DType kept(DType kvType) {
        return DType.F32;
    }
}
