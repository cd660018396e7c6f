// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.gpu.driver.SimulatedDriver;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelTargetTest {

    /** A driver refuses kernels for another capability, so that an open backend has the right ones. */
    @ParameterizedTest
    @CsvSource({"80, compute_80", "89, compute_80", "90, sm_90a", "100, compute_80"})
    void aDeviceGetsTheKernelsThatItRunsBest(int capability, String target) {
        SimulatedDriver.with("capability", capability, 90, () -> {
            try (Backend backend = new CudaBackendProvider().open(BackendOptions.DEFAULT)) {
                assertEquals(
                        "Simulated CUDA device, kernels for " + target,
                        backend.info().name());
            }
        });
    }
}
