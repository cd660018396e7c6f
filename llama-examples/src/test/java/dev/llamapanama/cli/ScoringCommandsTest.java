// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.EmbeddingOptions;
import dev.llamapanama.Llama;
import dev.llamapanama.Session;
import dev.llamapanama.checkpoint.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands {@code logits}, {@code embed} and {@code perplexity}. */
class ScoringCommandsTest {
    private static final String TEXT = "once upon a time there was it";

    @TempDir
    private Path folder;

    private Path model;
    private Path text;

    @BeforeEach
    void writeFiles() throws IOException {
        model = TestModel.builder().build().writeGguf(folder);
        text = Files.writeString(folder.resolve("text.txt"), TEXT);
    }

    @Test
    void logitsOfTheLastPosition() {
        JsonNode json = Cli.json("logits", "--model", model, "--ids", "1,300,259");

        assertEquals(List.of("logits"), Cli.keys(json));
        assertRow(engine(1, 300, 259), json.get("logits"));
    }

    @Test
    void logitsOfEveryPosition() {
        JsonNode rows = Cli.json("logits", "--model", model, "--ids", "1,300,259", "--all")
                .get("logits");

        assertEquals(3, rows.size());
        assertRow(engine(1), rows.get(0));
        assertRow(engine(1, 300), rows.get(1));
        assertRow(engine(1, 300, 259), rows.get(2));
    }

    @Test
    void embeddingsAreThoseOfTheEngine() throws IOException {
        Path lines = Files.writeString(folder.resolve("lines.txt"), "once\nupon a time\n");
        EmbeddingOptions options = EmbeddingOptions.DEFAULT
                .withPooling(EmbeddingOptions.Pooling.LAST)
                .withNormalised(false);
        List<float[]> expected;
        try (Llama llama = Llama.open(model)) {
            expected = llama.embed(List.of("once", "upon a time"), options);
        }

        String text = Cli.text("embed", "--model", model, "--text-file", lines, "--pooling", "last", "--raw");

        List<JsonNode> found = text.lines().map(JsonMapper.shared()::readTree).toList();
        assertEquals(2, found.size());
        for (int i = 0; i < 2; i++) {
            assertRow(expected.get(i), found.get(i).get("embedding"));
        }
        assertTrue(Cli.run("embed", "--model", model, "--text", "a", "--pooling", "cls")
                .err()
                .contains("--pooling: found cls"));
    }

    @Test
    void perplexityFollowsFromTheLogits() {
        int[] ids = ids();
        double sum = negativeLogLikelihood(ids, 1);

        JsonNode json = Cli.json("perplexity", "--json", "--model", model, "--file", text);

        assertEquals(
                List.of("perplexity", "tokens", "negativeLogLikelihood", "context", "stride", "backend"),
                Cli.keys(json));
        assertEquals(ids.length - 1, json.get("tokens").intValue());
        assertEquals(sum, json.get("negativeLogLikelihood").doubleValue(), 1e-6);
        assertEquals(Math.exp(sum / (ids.length - 1)), json.get("perplexity").doubleValue(), 1e-6);
        assertEquals(128, json.get("context").intValue());
        assertEquals(128, json.get("stride").intValue());
    }

    @Test
    void perplexityInWindows() {
        int[] ids = ids();
        int[] first = Arrays.copyOfRange(ids, 0, 6);
        int[] second = Arrays.copyOfRange(ids, 4, 10);
        double sum = negativeLogLikelihood(first, 1) + negativeLogLikelihood(second, 2);
        int[] rest = Arrays.copyOfRange(ids, 8, ids.length);
        sum += negativeLogLikelihood(rest, 2);

        JsonNode json =
                Cli.json("perplexity", "--json", "--model", model, "--file", text, "--context", 6, "--stride", 4);

        assertEquals(6, json.get("context").intValue());
        assertEquals(4, json.get("stride").intValue());
        assertEquals(ids.length - 1, json.get("tokens").intValue());
        assertEquals(sum, json.get("negativeLogLikelihood").doubleValue(), 1e-6);
    }

    @Test
    void perplexityForPeople() {
        String line = Cli.text("perplexity", "--model", model, "--file", text);

        assertTrue(line.matches("perplexity \\d+\\.\\d{4} over \\d+ tokens \\(windows of 128, stride 128\\)\\R"), line);
    }

    @Test
    void aBarIsDrawnOnATerminalOnly() {
        Cli watched = Cli.runWatched("perplexity", "--json", "--model", model, "--file", text);

        assertEquals(0, watched.exit());
        assertTrue(watched.err().contains("] 100 %"), watched.err());
        assertTrue(watched.err().endsWith("\r"), watched.err());
        assertEquals(
                "",
                Cli.run("perplexity", "--json", "--model", model, "--file", text)
                        .err());
    }

    private int[] ids() {
        int[] ids =
                Cli.ints(Cli.json("tokenize", "--model", model, "--file", text).get("ids"));
        assertTrue(ids.length > 10 && ids.length <= 14, ids.length + " ids: the windows above are cut for 11 to 14");
        return ids;
    }

    /** Over the ids of a window from {@code target} on. */
    private double negativeLogLikelihood(int[] window, int target) {
        double sum = 0;
        for (int i = target; i < window.length; i++) {
            double total = 0;
            float[] logits = engine(Arrays.copyOf(window, i));
            for (float logit : logits) {
                total += Math.exp(logit);
            }
            sum -= Math.log(Math.exp(logits[window[i]]) / total);
        }
        return sum;
    }

    private float[] engine(int... ids) {
        try (Llama llama = Llama.open(model);
                Session session = llama.session()) {
            return session.feed(ids);
        }
    }

    private static void assertRow(float[] expected, JsonNode row) {
        assertEquals(expected.length, row.size());
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], row.get(i).floatValue(), 1e-6f);
        }
    }
}
