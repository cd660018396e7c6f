// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Several sequences in one step, by the tests that all backends pass. */
@DisabledIfSystemProperty(
        named = "dev.llamapanama.gpu.driver",
        matches = ".*-sim.*",
        disabledReason = "takes a GPU: an hour on the simulated driver")
class CudaBatchedStepTest extends BatchedStepTest {}
