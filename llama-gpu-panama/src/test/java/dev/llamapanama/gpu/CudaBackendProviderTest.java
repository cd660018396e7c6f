// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.gpu.driver.SimulatedDriver;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.BackendSelection;
import org.junit.jupiter.api.Test;

class CudaBackendProviderTest {

    @Test
    void isFoundByTheEngineAndPreferred() {
        BackendSelection selection = BackendSelection.open(BackendSelection.AUTO, BackendOptions.DEFAULT);
        assertEquals("cuda", selection.id());
        assertEquals(
                selection.backend().info().name(),
                selection.candidates().getFirst().usability().reason());
        selection.backend().close();
        selection.backend().close();
    }

    @Test
    void isPassedOverWithItsReasonWhereThereIsNoGpu() {
        SimulatedDriver.with("devices", 0, 1, () -> {
            BackendSelection selection = BackendSelection.open(BackendSelection.AUTO, BackendOptions.DEFAULT);
            selection.backend().close();

            BackendSelection.Candidate first = selection.candidates().getFirst();
            assertEquals("cuda", first.id());
            assertFalse(first.usability().usable());
            assertTrue(first.usability().reason().contains("no GPU"), first.usability()::reason);
            assertEquals("cpu-vector", selection.id());
        });
    }

    /** There, its driver would be found missing. */
    @Test
    void isNotLookedAtWhereAnotherIsAskedFor() {
        SimulatedDriver.with("devices", 0, 1, () -> {
            BackendSelection selection = BackendSelection.open("cpu-scalar", BackendOptions.DEFAULT);
            selection.backend().close();
            BackendSelection.Candidate first = selection.candidates().getFirst();
            assertEquals("cuda", first.id());
            assertEquals(
                    "wasn't looked at, since cpu-scalar was asked for",
                    first.usability().reason());
        });
    }

    @Test
    void cannotBeForcedThere() {
        SimulatedDriver.with("devices", 0, 1, () -> {
            IllegalStateException refusal = assertThrows(
                    IllegalStateException.class, () -> BackendSelection.open("cuda", BackendOptions.DEFAULT));
            assertTrue(String.valueOf(refusal.getMessage()).contains("no GPU"), refusal::toString);
        });
    }
}
