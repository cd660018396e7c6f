// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.gpu.driver.SimulatedDriver;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelsTest {

    /** Kernels of the sm_90a translation wait for those before them by themselves, if the driver lets them begin before these have ended. */
    @ParameterizedTest
    @CsvSource({"capability, 90, true", "capability, 80, false", "overlap, 1, true", "overlap, 0, false"})
    void theyOverlapWhereTheDeviceAndTheDriverLetThem(String setting, int value, boolean overlaps) {
        SimulatedDriver.with(setting, value, setting.equals("capability") ? 90 : 1, () -> {
            try (CudaSession session = CudaSession.open()) {
                for (String kernel : new String[] {"rms_norm", "linears_q4_0_t1", "attention_f16"}) {
                    assertEquals(overlaps, session.kernels().kernel(kernel).overlaps(), kernel);
                }
            }
        });
    }
}
