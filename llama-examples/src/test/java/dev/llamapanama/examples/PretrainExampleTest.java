// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.Llama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainExampleTest {
    private static final Path TEXT = Path.of("..", "docs", "decisions.md");

    @Test
    void learnsAndTalks(@TempDir Path folder) throws IOException {
        PretrainExample.main(
                new String[] {TEXT.toString(), folder.resolve("new").toString()});

        Path training = folder.resolve("new").resolve("training");
        List<String> log = Files.readAllLines(training.resolve("log.csv"));
        int column = Arrays.asList(log.getFirst().split(",", -1)).indexOf("loss");
        assertEquals(81, log.size());
        assertTrue(loss(log.getLast(), column) < 0.85 * loss(log.get(1), column), log::toString);
        try (Llama llama = Llama.open(training.resolve("model.gguf"))) {
            assertEquals(512, llama.tokenizer().vocabularySize());
            assertFalse(llama.generate("The").text().isBlank());
        }
    }

    private static double loss(String line, int column) {
        return Double.parseDouble(line.split(",", -1)[column]);
    }
}
