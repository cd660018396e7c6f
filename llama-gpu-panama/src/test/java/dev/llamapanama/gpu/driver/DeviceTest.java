// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceTest {

    @Test
    void theFirstIsDescribed() {
        Device device = Device.first();
        assertFalse(device.name().isBlank());
        assertTrue(device.computeCapability() >= 80, device::toString);
        assertTrue(device.multiprocessors() > 0, device::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "devices, 0, 1, 'no GPU'",
        "driver_version, 11080, 13000, 'of CUDA 11.8, expected 12.0'",
        "capability, 75, 90, 'of compute capability 7.5, expected at least 8.0'",
    })
    void machinesThatWontDoAreRefusedWithTheReason(String setting, long value, long usual, String reason) {
        SimulatedDriver.with(setting, value, usual, () -> {
            String message = String.valueOf(
                    assertThrows(CudaException.class, Device::first).getMessage());
            assertTrue(message.contains(reason), message);
        });
    }
}
