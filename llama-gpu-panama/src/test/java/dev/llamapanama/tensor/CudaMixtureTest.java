// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** What Llama 4 adds, by the tests that all backends pass. */
class CudaMixtureTest extends MixtureTest {}
