// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendSelectionTest {

    /** Were it otherwise, all other tests of the vector backend would still pass on another one. */
    @Test
    void hereTheVectorBackendIsChosen() {
        BackendSelection selection = BackendSelection.open(BackendSelection.AUTO, BackendOptions.DEFAULT);
        try (Backend backend = selection.backend()) {
            assertEquals("cpu-vector", selection.id());
            assertTrue(
                    backend.info().name().startsWith("Vector API, "),
                    backend.info().name());
            assertEquals(
                    Runtime.getRuntime().availableProcessors(), backend.info().threads());
            assertEquals(
                    List.of("cpu-vector", "cpu-scalar"),
                    selection.candidates().stream()
                            .map(BackendSelection.Candidate::id)
                            .toList());
            assertTrue(selection.candidates().stream()
                    .allMatch(candidate -> candidate.usability().usable()));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.llamapanama.tensor.TestBackends#names")
    void anyBackendCanBeForced(String name) {
        BackendSelection selection = BackendSelection.open(name, new BackendOptions(3));
        try (Backend backend = selection.backend()) {
            assertEquals(name, selection.id());
            assertEquals(3, backend.info().threads());
            assertEquals(name.equals("cpu-scalar"), backend.info().name().equals("scalar Java"));
            assertEquals(List.of(DType.values()), List.copyOf(backend.weightTypes()));
            for (DType type : DType.values()) {
                assertEquals(Numerics.of(type), backend.numerics(type));
            }
        }
    }

    @Test
    void unknownNamesAreRefusedWithTheKnownOnes() {
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> BackendSelection.open("cuda", BackendOptions.DEFAULT)
                                .backend()
                                .close())
                .getMessage());
        assertEquals("backend: found cuda, expected auto or one of [cpu-vector, cpu-scalar]", message);
        assertThrows(IllegalArgumentException.class, () -> new BackendOptions(-1));
    }

    @Test
    void closingTwiceIsFine() {
        Backend backend = TestBackends.open("cpu-vector");
        backend.close();
        backend.close();
    }

    @Test
    void aBackendNamesWhatIsStillOpen() {
        Backend backend = TestBackends.open("cpu-scalar");
        KvPool pool = backend.newKvPool(new KvLayout(1, 1, 2, DType.F32), 1);
        assertThrows(IllegalStateException.class, backend::close);
        pool.close();
        pool.close();
        backend.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void weightsThatTakeMemoryAreNamedToo(boolean keepStored) {
        Backend backend = BackendSelection.open("cpu-vector", new BackendOptions(2, keepStored, false))
                .backend();
        Weights weights = backend.importWeights(
                "blk.7.attn_k.weight", DType.Q8_0, new Shape(3, 32), MemorySegment.ofArray(new byte[3 * 34]));
        String message = String.valueOf(
                assertThrows(IllegalStateException.class, backend::close).getMessage());
        assertTrue(message.contains("blk.7.attn_k.weight"), message);
        weights.close();
        weights.close();
        backend.close();
    }
}
