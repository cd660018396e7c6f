// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.LlamaVariant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class BenchCommandTest {
    @TempDir
    private Path folder;

    private TestModel model;
    private Path file;

    @BeforeEach
    void writeModel() {
        model = TestModel.builder().build();
        file = model.writeGguf(folder);
    }

    @Test
    void reportsBothSpeeds() {
        JsonNode json = bench("--prompt-tokens", 20, "--gen-tokens", 6, "--repetitions", 2, "--warmup", 1);

        assertEquals(
                List.of(
                        "model",
                        "modelBytes",
                        "backend",
                        "device",
                        "threads",
                        "promptTokens",
                        "genTokens",
                        "depth",
                        "sequences",
                        "repetitions",
                        "loadMillis",
                        "prefillTokensPerSecond",
                        "decodeTokensPerSecond",
                        "decodeTokensPerSecondAndSequence",
                        "effectiveGigabytesPerSecond",
                        "peakResidentBytes"),
                Cli.keys(json));
        assertEquals(4 * model.config().parameterCount(), json.get("modelBytes").longValue());
        assertEquals(List.of("mean", "standardDeviation", "median"), Cli.keys(json.get("prefillTokensPerSecond")));
        assertTrue(json.at("/prefillTokensPerSecond/mean").doubleValue() > 0);
        double decode = json.at("/decodeTokensPerSecond/mean").doubleValue();
        assertTrue(decode > 0);
        assertEquals(
                decode * json.get("modelBytes").longValue() / 1e9,
                json.get("effectiveGigabytesPerSecond").doubleValue(),
                1e-9);
        assertEquals(json.get("decodeTokensPerSecond"), json.get("decodeTokensPerSecondAndSequence"));
        assertTrue(json.get("loadMillis").doubleValue() > 0);
        assertEquals(
                Files.exists(Path.of("/proc/self/status")),
                json.get("peakResidentBytes").isNumber());
    }

    @Test
    void sequencesShareTheSpeed() {
        JsonNode json = bench("--prompt-tokens", 4, "--gen-tokens", 3, "--depth", 40, "--sequences", 5, "--warmup", 0);

        assertEquals(5, json.get("sequences").intValue());
        assertEquals(40, json.get("depth").intValue());
        double decode = json.at("/decodeTokensPerSecond/mean").doubleValue();
        assertEquals(
                decode / 5, json.at("/decodeTokensPerSecondAndSequence/mean").doubleValue(), 1e-9);
        assertEquals(
                decode / 5 * json.get("modelBytes").longValue() / 1e9,
                json.get("effectiveGigabytesPerSecond").doubleValue(),
                1e-9);
    }

    @Test
    void benchesAPublishedShapeWithoutAFile() {
        JsonNode json = Cli.json(
                "bench",
                "--json",
                "--variant",
                "stories260k",
                "--type",
                "F32",
                "--prompt-tokens",
                3,
                "--gen-tokens",
                2,
                "--repetitions",
                1,
                "--warmup",
                0);

        assertEquals("stories260k-F32", json.get("model").stringValue());
        assertEquals(
                4 * LlamaVariant.byId("stories260k").config().parameterCount(),
                json.get("modelBytes").longValue());
        assertTrue(json.at("/decodeTokensPerSecond/mean").doubleValue() > 0);
    }

    @Test
    void theUsualTypeIsQ8() {
        JsonNode json = Cli.json("bench", "--json", "--variant", "stories15m", "--gen-tokens", 1, "--prompt-tokens", 0);

        assertEquals("stories15m-Q8_0", json.get("model").stringValue());
    }

    @Test
    void eitherPartMayBeLeftOut() {
        JsonNode decodeOnly = bench("--prompt-tokens", 0, "--gen-tokens", 2, "--repetitions", 1, "--warmup", 2);
        JsonNode prefillOnly = bench("--prompt-tokens", 2, "--gen-tokens", 0, "--repetitions", 1, "--warmup", 0);

        assertTrue(decodeOnly.get("prefillTokensPerSecond").isNull());
        assertEquals(
                0, decodeOnly.at("/decodeTokensPerSecond/standardDeviation").doubleValue());
        assertTrue(prefillOnly.get("decodeTokensPerSecond").isNull());
        assertTrue(prefillOnly.get("effectiveGigabytesPerSecond").isNull());
    }

    @Test
    void printsATable() {
        String table = Cli.text(
                "bench",
                "--model",
                file,
                "--prompt-tokens",
                4,
                "--gen-tokens",
                2,
                "--repetitions",
                1,
                "--threads",
                1,
                "--warmup",
                0);

        assertTrue(table.contains("1 threads, 1 repetitions"), table);
        assertTrue(table.lines().anyMatch(line -> line.matches("prefill 4 +[\\d.]+ +0\\.00 +[\\d.]+")), table);
        assertTrue(table.lines().anyMatch(line -> line.matches("decode 2 +[\\d.]+ +0\\.00 +[\\d.]+")), table);
        assertTrue(table.matches("(?s).*of weights, loaded in \\d+\\.\\d\\d s\\R.*"), table);
        assertFalse(table.contains("context"), table);
        assertFalse(table.contains("each"), table);
        assertEquals(Files.exists(Path.of("/proc/self/status")), table.contains("most memory held at once: "), table);
    }

    @Test
    void theTableTellsOfSequencesAndDepth() {
        String table = Cli.text(
                "bench",
                "--model",
                file,
                "--prompt-tokens",
                0,
                "--gen-tokens",
                2,
                "--depth",
                7,
                "--sequences",
                3,
                "--warmup",
                0);

        assertTrue(table.contains("after 7 tokens of context"), table);
        assertTrue(table.lines().anyMatch(line -> line.matches("decode 2 x 3 +[\\d. ]+")), table);
        assertTrue(table.lines().anyMatch(line -> line.matches("  each of them +[\\d. ]+")), table);
        assertFalse(table.contains("prefill"), table);
    }

    @Test
    void meanDeviationAndMedian() {
        assertEquals(new Rate(4, 2, 4), Rate.of(6, 2, 4));
        assertEquals(3, Rate.of(1, 2, 4, 100).median());
        assertEquals(new Rate(5, 0, 5), Rate.of(5));
        assertEquals(new Rate(2, 1, 2), Rate.of(6, 2, 4).share(2));
    }

    private JsonNode bench(Object... options) {
        Object[] args = new Object[options.length + 4];
        System.arraycopy(new Object[] {"bench", "--json", "--model", file}, 0, args, 0, 4);
        System.arraycopy(options, 0, args, 4, options.length);
        return Cli.json(args);
    }
}
