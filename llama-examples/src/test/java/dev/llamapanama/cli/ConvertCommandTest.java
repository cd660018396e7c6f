// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ConvertCommandTest {
    @TempDir
    private Path folder;

    @Test
    void theSameTypeGivesTheSameLogits() {
        Path model = TestModel.builder().build().writeLlama2c(folder);
        Path output = folder.resolve("out.gguf");

        String line = Cli.text("convert", "--model", model, "--type", "F32", "--output", output);

        assertTrue(line.matches("(?s).*out\\.gguf: F32, .* KiB in .* s, root mean square error 0\\.00.*"), line);
        assertEquals(
                Cli.text("logits", "--model", model, "--ids", "1,5,6"),
                Cli.text("logits", "--model", output, "--ids", "1,5,6"));
    }

    @Test
    void describesTheModel() throws IOException {
        Path model = TestModel.builder().build().writeGguf(folder);
        Path output = folder.resolve("out.gguf");
        Path template = Files.writeString(folder.resolve("template.jinja"), "{{ bos_token }}");

        Cli.text(
                "convert",
                "--model",
                model,
                "--output",
                output,
                "--describe",
                "general.name=A = B",
                "--describe",
                "tokenizer.chat_template=@" + template);

        try (Checkpoint copy = Checkpoints.open(output)) {
            assertEquals("A = B", copy.metadata().get("general.name"));
            assertEquals("{{ bos_token }}", copy.metadata().get("tokenizer.chat_template"));
        }
        Cli other = Cli.run(
                "convert", "--model", model, "--output", folder.resolve("o.gguf"), "--describe", "llama.rope=1");
        assertEquals(2, other.exit());
        assertTrue(other.err().contains("llama.rope"), other.err());
    }

    @Test
    void printsJsonAndABar() {
        Path model = TestModel.builder().build().writeGguf(folder);
        Path output = folder.resolve("out.gguf");

        JsonNode json = Cli.json("convert", "--json", "--model", model, "--type", "Q4_K_M", "--output", output);
        assertEquals(output.toFile().length(), json.get("bytes").longValue());
        assertTrue(json.get("error").doubleValue() > 0);

        Cli watched = Cli.runWatched("convert", "--model", model, "--output", output, "--force");
        assertTrue(watched.err().contains("] 100 %"), watched.err());
    }

    @Test
    void refusesWhatIsThereAndTypesThatAreNot() {
        Path model = TestModel.builder().build().writeGguf(folder);

        Cli there = Cli.run("convert", "--model", model, "--output", model);
        assertEquals(1, there.exit());
        assertTrue(there.err().contains("--force"), there.err());

        Cli unknown = Cli.run("convert", "--model", model, "--type", "Q4_K", "--output", folder.resolve("o.gguf"));
        assertEquals(2, unknown.exit());
        assertTrue(unknown.err().contains("Q4_K_S"), unknown.err());
        assertTrue(Files.notExists(folder.resolve("o.gguf")));
    }
}
