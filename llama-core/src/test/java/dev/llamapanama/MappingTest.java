// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.TestModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing of a model file stays mapped, as far as the operating system says so: Linux does. */
class MappingTest {
    private static final Path MAPS = Path.of("/proc/self/maps");

    @TempDir
    Path folder = Path.of("");

    @Test
    void closingUnmapsTheFile() {
        for (Path file : new Path[] {
            TestModel.builder().build().writeGguf(folder),
            TestModel.builder().build().writeLlama2c(folder)
        }) {
            Llama llama = Llama.open(file);
            assertEquals(Files.exists(MAPS), mapped(file));
            llama.generate("once", GenerationOptions.builder().maxTokens(2).build());
            llama.close();
            assertFalse(mapped(file));
        }
    }

    @Test
    void closingUnmapsEvenWhenStreamsWereLeftOpen() {
        Path file = TestModel.builder().build().writeGguf(folder);
        Llama llama = Llama.open(file);
        llama.stream("once").iterator().next();
        llama.session(10).feed(1);
        llama.close();
        assertFalse(mapped(file));
    }

    @Test
    void aFailedOpenUnmapsTheFile() throws IOException {
        Path file = TestModel.builder().build().writeGguf(folder);
        LlamaOptions unknown = LlamaOptions.DEFAULT.withBackend("abacus");
        assertThrows(IllegalArgumentException.class, () -> Llama.open(file, unknown));
        assertFalse(mapped(file));

        byte[] bytes = TestModel.builder().build().gguf().bytes();
        Path cut = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(bytes, bytes.length - 100));
        assertThrows(CheckpointException.class, () -> Llama.open(cut));
        assertFalse(mapped(cut));
    }

    private static boolean mapped(Path file) {
        try {
            return Files.exists(MAPS) && Files.readString(MAPS).contains(file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
