// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.TestBackends;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How weights get onto a backend and off it. A backend that some are left on refuses to close. */
class DecoderWeightsTest {
    private final Path folder;

    @AutoClose
    private final Backend backend = TestBackends.open("cpu-vector");

    DecoderWeightsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Checkpoint checkpoint(TestModel.Builder model) {
        return Checkpoints.open(model.type(DType.Q8_0).build().writeGguf(folder));
    }

    static Stream<TestModel.Builder> models() {
        return Stream.of(
                TestModel.builder(),
                TestModel.builder().tied(),
                TestModel.builder().llama4(new MoeConfig(3, 1, 2, 32)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void progressRisesToTheBytesOfAllTensors(TestModel.Builder model) {
        try (Checkpoint checkpoint = checkpoint(model)) {
            long expected = checkpoint.tensors().values().stream()
                    .mapToLong(CheckpointTensor::bytes)
                    .sum();
            List<Long> heard = new ArrayList<>();
            LoadProgress progress = (done, total) -> {
                assertEquals(expected, total);
                heard.add(done);
            };
            DecoderWeights.importFrom(checkpoint, backend, progress).close();
            assertEquals(heard.stream().sorted().toList(), heard);
            assertTrue(heard.getFirst() > 0 && heard.getFirst() < expected, heard.toString());
            assertTrue(heard.size() >= checkpoint.tensors().size(), heard.toString());
            assertEquals(expected, heard.getLast());
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void closingLeavesNothingOnTheBackend(TestModel.Builder model) {
        try (Checkpoint checkpoint = checkpoint(model)) {
            DecoderWeights weights = DecoderWeights.importFrom(checkpoint, backend, LoadProgress.NONE);
            assertThrows(IllegalStateException.class, backend::close);
            weights.close();
            backend.close();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void anImportThatFailsLeavesNothingOnTheBackend(TestModel.Builder model) {
        try (Checkpoint checkpoint = checkpoint(model)) {
            RuntimeException failure = new IllegalStateException("on purpose");
            LoadProgress failing = (done, total) -> {
                if (done > total / 2) {
                    throw failure;
                }
            };
            assertSame(
                    failure,
                    assertThrows(
                            IllegalStateException.class,
                            () -> DecoderWeights.importFrom(checkpoint, backend, failing)
                                    .close()));
            backend.close();
        }
    }
}
