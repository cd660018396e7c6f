// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class BlankModelTest {
    @TempDir
    private Path folder;

    private List<Path> models() throws IOException {
        return List.of(
                BlankModel.writeSentencePiece(folder.resolve("sentencepiece.gguf")),
                BlankModel.writeByteLevel(folder.resolve("byte-level.gguf")));
    }

    @Test
    void weightsOfZeroExpectEveryTokenAlike() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "Once upon a time");
        for (Path model : models()) {
            JsonNode score = Cli.json("perplexity", "--json", "--model", model, "--file", text);

            assertEquals(257, score.get("perplexity").doubleValue(), 1e-3);
        }
    }

    @Test
    void everyByteIsAToken() throws IOException {
        for (Path model : models()) {
            JsonNode tokens = Cli.json("tokenize", "--no-bos", "--model", model, "--text", "\u00E9!");

            int[] ids = Cli.ints(tokens.get("ids"));
            int[] last = {ids[ids.length - 3], ids[ids.length - 2], ids[ids.length - 1]};
            assertArrayEquals(new int[] {0xC3, 0xA9, '!'}, last);
        }
    }
}
