// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.mapped;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tensor.WeightSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who unmaps a file, and when. */
class MappedFileTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void closingACheckpointUnmapsItsWeights() {
        Checkpoint checkpoint = Checkpoints.open(TestModel.builder().build().writeGguf(folder));
        CheckpointTensor tensor = checkpoint.tensors().values().iterator().next();
        assertTrue(tensor.data().isReadOnly());
        assertTrue(tensor.data().isMapped());
        assertTrue(tensor.data().scope().isAlive());
        checkpoint.close();
        assertFalse(tensor.data().scope().isAlive());
        checkpoint.close();
        assertThrows(IllegalStateException.class, () -> tensor.data().get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void anOwnerThatFailsLeavesNothingMapped() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "content");
        AtomicReference<MemorySegment> data = new AtomicReference<>(MemorySegment.NULL);
        RuntimeException failure = new IllegalStateException("on purpose");
        RuntimeException thrown = assertThrows(
                IllegalStateException.class,
                () -> MappedFile.open(file, mapped -> {
                    data.set(mapped.data());
                    throw failure;
                }));
        assertSame(failure, thrown);
        assertEquals(7, data.get().byteSize());
        assertFalse(data.get().scope().isAlive());
    }

    @Test
    void partsOfASourceAreReadForAMoment() throws IOException {
        byte[] content = new byte[100_000];
        new Random(3).nextBytes(content);
        Path file = Files.write(folder.resolve("file"), content);
        AtomicReference<MemorySegment> last = new AtomicReference<>(MemorySegment.NULL);
        try (MappedFile mapped = MappedFile.open(file)) {
            WeightSource source = mapped.source(1001, 90_000);
            assertEquals(90_000, source.byteSize());
            for (int[] part : new int[][] {{0, 90_000}, {0, 1}, {89_999, 1}, {3095, 4097}, {7, 0}, {90_000, 0}}) {
                source.read(part[0], part[1], bytes -> {
                    assertArrayEquals(
                            Arrays.copyOfRange(content, 1001 + part[0], 1001 + part[0] + part[1]),
                            bytes.toArray(ValueLayout.JAVA_BYTE));
                    assertTrue(bytes.isReadOnly());
                    assertTrue(bytes.isAccessibleBy(Thread.ofPlatform().unstarted(() -> {})));
                    last.set(bytes);
                });
                assertFalse(last.get().scope().isAlive());
            }
        }
    }

    @Test
    void readingBeyondASourceOrAfterTheEndFails() throws IOException {
        MappedFile mapped = MappedFile.open(Files.write(folder.resolve("file"), new byte[100]));
        WeightSource source = mapped.source(10, 50);
        for (long[] part : new long[][] {{0, 51}, {50, 1}, {-1, 2}, {0, -1}, {1, Long.MAX_VALUE}}) {
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> source.read(part[0], part[1], bytes -> fail("there is nothing to be read")));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> mapped.source(60, 41));
        mapped.close();
        String message = Refusal.of(() -> source.read(0, 50, bytes -> fail("it is closed")));
        assertTrue(message.startsWith(folder.resolve("file") + ": "), message);
    }

    @Test
    void aFileThatCannotBeOpenedIsNamed() {
        Path missing = folder.resolve("missing");
        CheckpointException refused = assertThrows(CheckpointException.class, () -> MappedFile.open(missing));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(missing + ": "), refused.toString());
        assertThrows(CheckpointException.class, () -> MappedFile.open(folder));
    }

    @Test
    void manyThreadsMayCloseAtOnce() throws Exception {
        Path file = TestModel.builder().build().writeGguf(folder);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int round = 0; round < 20; round++) {
                Checkpoint checkpoint = Checkpoints.open(file);
                Callable<Boolean> close = () -> {
                    checkpoint.close();
                    return true;
                };
                List<Future<Boolean>> results = new ArrayList<>();
                for (int thread = 0; thread < 8; thread++) {
                    results.add(threads.submit(close));
                }
                for (Future<Boolean> result : results) {
                    assertTrue(result.get());
                }
                MemorySegment data =
                        checkpoint.tensors().values().iterator().next().data();
                assertFalse(data.scope().isAlive());
            }
        }
    }
}
