// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import org.junit.jupiter.api.Tag;

/** What Llama 4 adds, by the tests that all backends pass. */
@Tag("checked")
class CudaMixtureTest extends MixtureTest {}
