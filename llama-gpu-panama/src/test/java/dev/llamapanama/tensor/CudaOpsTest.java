// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import org.junit.jupiter.api.Tag;

/** Single operations, by the tests that all backends pass. */
@Tag("checked")
class CudaOpsTest extends OpsTest {}
