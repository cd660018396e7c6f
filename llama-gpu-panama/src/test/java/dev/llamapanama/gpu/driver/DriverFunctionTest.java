// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DriverFunctionTest {

    @ParameterizedTest
    @EnumSource
    void theDriverHasEach(DriverFunction function) {
        assertTrue(CudaLibrary.loaded().find(function.symbol()).isPresent(), function::symbol);
    }

    @ParameterizedTest
    @EnumSource
    void aLibraryThatLacksOneIsTooOld(DriverFunction function) {
        String message = String.valueOf(assertThrows(CudaException.class, () -> function.link(name -> Optional.empty()))
                .getMessage());
        assertTrue(message.startsWith("found no " + function.symbol() + " in "), message);
        assertTrue(message.contains("update the NVIDIA driver"), message);
    }

    @Test
    void aRefusedCallIsExplained() {
        DriverFunction.INIT.call(0);
        CudaException refusal = assertThrows(
                CudaException.class, () -> OutParameter.readInt(out -> DriverFunction.DEVICE_GET.call(out, 99)));
        assertEquals(101, refusal.code());
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.startsWith("cuDeviceGet: found error 101 (CUDA_ERROR_INVALID_DEVICE: "), message);
    }

    @Test
    void aMissingLibraryIsNamed() {
        String message = String.valueOf(assertThrows(CudaException.class, () -> CudaLibrary.find("libnot-there.so.1"))
                .getMessage());
        assertTrue(message.startsWith("found no library libnot-there.so.1"), message);
        assertTrue(message.contains("install the driver"), message);
    }
}
