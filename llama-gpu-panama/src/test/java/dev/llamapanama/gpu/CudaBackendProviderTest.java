// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.BackendSelection;
import org.junit.jupiter.api.Test;

class CudaBackendProviderTest {

    @Test
    void isFoundByTheEngineAndPassedOverWithItsReason() {
        BackendSelection selection = BackendSelection.open(BackendSelection.AUTO, BackendOptions.DEFAULT);
        selection.backend().close();

        BackendSelection.Candidate first = selection.candidates().getFirst();
        assertEquals("cuda", first.id());
        assertFalse(first.usability().usable());
        assertTrue(first.usability().reason().contains("no CUDA kernels"), first.usability()::reason);
        assertEquals("cpu-vector", selection.id());
    }

    @Test
    void cannotBeForced() {
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, () -> BackendSelection.open("cuda", BackendOptions.DEFAULT));

        assertTrue(String.valueOf(refusal.getMessage()).contains("no CUDA kernels"), refusal::toString);
    }
}
