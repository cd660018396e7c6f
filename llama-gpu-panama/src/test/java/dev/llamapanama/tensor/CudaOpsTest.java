// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** Single operations, by the tests that all backends pass. */
class CudaOpsTest extends OpsTest {}
