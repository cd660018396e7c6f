// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model may come from a checkpoint of the caller's, which the Llama takes over. */
class OwnCheckpointTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void runsItByIdsAndClosesIt() {
        Path file = TestModel.builder().build().writeGguf(folder);
        Own own = new Own(Checkpoints.open(file));
        float[] logits;
        try (Llama llama = Llama.open(own, LlamaOptions.DEFAULT.withBackend("cpu-scalar"));
                Session session = llama.session(3)) {
            assertEquals("own", llama.diagnostics().format());
            assertThrows(CheckpointException.class, llama::tokenizer);
            logits = session.feed(5, 6, 7);
            assertEquals(0, own.closed);
        }
        assertEquals(1, own.closed);
        try (Llama llama = Llama.open(file, LlamaOptions.DEFAULT.withBackend("cpu-scalar"));
                Session session = llama.session(3)) {
            assertArrayEquals(session.feed(5, 6, 7), logits);
        }
    }

    @Test
    void aFailedOpenClosesItToo() {
        Own dense = new Own(Checkpoints.open(TestModel.builder().build().writeGguf(folder)));
        LlamaOptions unknown = LlamaOptions.DEFAULT.withBackend("abacus");
        assertThrows(IllegalArgumentException.class, () -> Llama.open(dense, unknown));
        assertEquals(1, dense.closed);

        Own empty = new Own(Checkpoints.open(TestModel.builder().build().writeGguf(folder)));
        empty.hidesTensors = true;
        assertThrows(CheckpointException.class, () -> Llama.open(empty, LlamaOptions.DEFAULT));
        assertEquals(1, empty.closed);
    }

    /** A file without its tokenizer, which counts how often it is closed. */
    private static final class Own implements Checkpoint {
        private final Checkpoint file;
        private boolean hidesTensors;
        private int closed;

        Own(Checkpoint file) {
            this.file = file;
        }

        @Override
        public Path path() {
            return Path.of("nowhere", "own");
        }

        @Override
        public String format() {
            return "own";
        }

        @Override
        public LlamaConfig config() {
            return file.config();
        }

        @Override
        public Map<String, Object> metadata() {
            return Map.of();
        }

        @Override
        public Map<String, CheckpointTensor> tensors() {
            return hidesTensors ? Map.of() : file.tensors();
        }

        @Override
        public @Nullable TokenizerDefinition tokenizer() {
            return null;
        }

        @Override
        public void close() {
            closed++;
            file.close();
        }
    }
}
