// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SavedSessionTest {
    private static final int[] IDS = new Random(1).ints(37, 0, 40).toArray();

    @TempDir
    Path folder = Path.of("");

    private Path model(int seed) {
        Path own = folder.resolve("model" + seed);
        boolean _ = own.toFile().mkdir();
        return TestModel.builder().contextLength(64).seed(seed).build().writeGguf(own);
    }

    private Path saved(Path model) {
        Path file = folder.resolve("session");
        try (Llama llama = Llama.open(model);
                Session session = llama.session(50)) {
            session.feed(IDS);
            session.save(file);
        }
        return file;
    }

    @Test
    void goesOnWhereItWasInAnotherProcess() {
        Path model = model(1);
        Path file = saved(model);
        try (Llama llama = Llama.open(model);
                Session fresh = llama.session();
                Session restored = llama.restore(file);
                Session again = llama.restore(file)) {
            assertEquals(50, restored.capacity());
            assertArrayEquals(IDS, restored.ids());
            fresh.feed(IDS);
            float[] expected = fresh.feed(3, 4);
            assertArrayEquals(expected, restored.feed(3, 4));
            again.rewind(20);
            assertArrayEquals(IDS, Arrays.copyOf(restored.ids(), IDS.length));
            fresh.rewind(20);
            assertArrayEquals(fresh.feed(9), again.feed(9));
        }
    }

    @Test
    void aForkOrAnEmptySessionCanBeSavedToo() {
        Path model = model(1);
        Path file = folder.resolve("session");
        try (Llama llama = Llama.open(model);
                Session session = llama.session()) {
            session.save(file);
            try (Session empty = llama.restore(file)) {
                assertEquals(0, empty.length());
            }
            session.feed(IDS);
            try (Session fork = session.fork()) {
                fork.save(file);
            }
            float[] expected = session.feed(5);
            try (Session restored = llama.restore(file)) {
                assertArrayEquals(expected, restored.feed(5));
            }
        }
    }

    @Test
    void refusesWhatIsOfAnotherModelOrType() {
        Path file = saved(model(1));
        try (Llama other = Llama.open(model(2))) {
            assertRefused("session: model: found ", () -> other.restore(file));
        }
        try (Llama exact = Llama.open(model(1), LlamaOptions.DEFAULT.withKvType(DType.F32))) {
            assertRefused("session: bytes of a page: found ", () -> exact.restore(file));
        }
        try (Llama small = Llama.open(model(1), LlamaOptions.DEFAULT.withContextLength(40))) {
            assertThrows(IllegalArgumentException.class, () -> small.restore(file));
        }
    }

    /** Every byte counts. */
    @Test
    void refusesWhatIsDamaged() throws IOException {
        Path model = model(1);
        byte[] good = Files.readAllBytes(saved(model));
        Random random = new Random(2);
        try (Llama llama = Llama.open(model)) {
            for (int i = 0; i < 400; i++) {
                byte[] bad = i % 4 == 0 ? Arrays.copyOf(good, random.nextInt(good.length + 20)) : good.clone();
                int at = i < 100 ? random.nextInt(64) : random.nextInt(good.length);
                if (at < bad.length) {
                    bad[at] ^= (byte) (1 + random.nextInt(255));
                }
                if (!Arrays.equals(bad, good)) {
                    Path file = Files.write(folder.resolve("damaged"), bad);
                    assertRefused("damaged", () -> llama.restore(file));
                }
            }
            try (Session session = llama.session()) {
                assertEquals(64, session.capacity());
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertTrue(files.noneMatch(file -> file.toString().endsWith(".tmp")));
        }
    }

    private static void assertRefused(String message, Runnable action) {
        String found = String.valueOf(
                assertThrows(CheckpointException.class, action::run).getMessage());
        assertTrue(found.contains(message), found);
    }
}
