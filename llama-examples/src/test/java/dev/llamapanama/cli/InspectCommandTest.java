// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.GgufWriter;
import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.checkpoint.TestVocabulary;
import dev.llamapanama.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class InspectCommandTest {
    @TempDir
    private Path folder;

    @Test
    void printsConfigurationTokenizerAndTensors() {
        TestModel model = TestModel.builder().build();

        JsonNode json = Cli.json("inspect", "--json", "--model", model.writeGguf(folder));

        assertEquals(
                List.of(
                        "file",
                        "format",
                        "config",
                        "variants",
                        "parameters",
                        "weightBytes",
                        "kvBytesPerToken",
                        "capacity",
                        "tokenizer",
                        "tensors"),
                Cli.keys(json));
        assertEquals("GGUF v3", json.get("format").stringValue());
        assertEquals(64, json.at("/config/dim").intValue());
        assertEquals(2, json.at("/config/kvHeads").intValue());
        assertEquals("none", json.at("/config/rope/scaling/type").stringValue());
        assertEquals(model.config().parameterCount(), json.get("parameters").longValue());
        assertEquals(
                4 * model.config().parameterCount(), json.get("weightBytes").longValue());
        assertEquals(2 * 2 * 2 * 16 * 2, json.get("kvBytesPerToken").intValue());
        assertEquals(
                model.config().contextLength(),
                json.at("/capacity/longestContext").intValue());
        assertEquals(
                4 * model.config().parameterCount(),
                json.at("/capacity/need/weights").longValue());
        assertEquals(
                TestVocabulary.PIECES.size(),
                json.at("/tokenizer/vocabularySize").intValue());
        assertEquals(1, json.at("/tokenizer/specialTokens/bos").intValue());
        assertTrue(json.at("/tokenizer/error").isNull());
        assertEquals(model.weights().size(), json.get("tensors").size());
        JsonNode norm = tensor(json, "output_norm.weight");
        assertEquals(List.of("name", "type", "shape", "bytes"), Cli.keys(norm));
        assertEquals("[64]", norm.get("shape").toString());
        JsonNode key = tensor(json, "blk.1.attn_k.weight");
        assertEquals("[32,64]", key.get("shape").toString());
        assertEquals(32 * 64 * 4, key.get("bytes").intValue());
    }

    @Test
    void printsATableForPeople() {
        TestModel model = TestModel.builder().type(DType.Q8_0).build();

        String table = Cli.text("inspect", "--model", model.writeGguf(folder));

        assertTrue(table.contains("heads            4 of 16, 2 for keys and values"), table);
        assertTrue(table.contains("vocabulary       " + model.config().vocabSize()), table);
        assertTrue(
                table.lines().anyMatch(line -> line.matches("blk\\.0\\.attn_q\\.weight +Q8_0 +\\[64, 64] +4,352")),
                table);
    }

    @Test
    void aTokenizerThatCannotBeUsedIsReported() {
        GgufWriter writer = TestModel.builder().build().gguf().string("tokenizer.ggml.model", "no-such-algorithm");

        JsonNode json = Cli.json("inspect", "--json", "--model", writer.write(folder.resolve("odd.gguf")));

        assertTrue(json.at("/tokenizer/error").stringValue().contains("no-such-algorithm"), json.toString());
        assertEquals("no-such-algorithm", json.at("/tokenizer/model").stringValue());
    }

    @Test
    void digestOfPlainFloats() {
        TestModel model = TestModel.builder().build();

        JsonNode json = Cli.json("inspect", "--model", model.writeGguf(folder), "--tensor", "blk.0.ffn_down.weight");

        assertEquals(List.of("type", "shape", "first8", "last4", "sum", "l2", "sha256"), Cli.keys(json));
        assertDigest("F32", "[64,96]", floats(model, "blk.0.ffn_down.weight"), json);
    }

    @Test
    void digestOfAVector() {
        TestModel model = TestModel.builder().build();

        JsonNode json = Cli.json("inspect", "--model", model.writeGguf(folder), "--tensor", "output_norm.weight");

        assertDigest("F32", "[64]", floats(model, "output_norm.weight"), json);
    }

    @Test
    void divisorsOfRopeFrequenciesAreATensorToo() {
        TestModel model =
                TestModel.builder().ropeDivisors(1, 1, 2, 4, 8, 8, 8, 8).build();
        Path file = model.writeGguf(folder);

        JsonNode json = Cli.json("inspect", "--model", file, "--tensor", "rope_freqs.weight");

        assertDigest("F32", "[8]", new float[] {1, 1, 2, 4, 8, 8, 8, 8}, json);
        assertTrue(Cli.run("inspect", "--model", file).out().contains("rope_freqs.weight"));
    }

    @Test
    void digestOfQuantisedValues() {
        TestModel model = TestModel.builder().type(DType.Q8_0).build();
        ByteBuffer stored = ByteBuffer.wrap(TestEncoder.encode(DType.Q8_0, floats(model, "blk.0.attn_q.weight")))
                .order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[64 * 64];
        for (int i = 0; i < values.length; i++) {
            int block = i / 32 * 34;
            values[i] = Float.float16ToFloat(stored.getShort(block)) * stored.get(block + 2 + i % 32);
        }

        JsonNode json = Cli.json("inspect", "--model", model.writeGguf(folder), "--tensor", "blk.0.attn_q.weight");

        assertDigest("Q8_0", "[64,64]", values, json);
    }

    @Test
    void anUnknownTensorGetsSuggestions() {
        Path file = TestModel.builder().build().writeGguf(folder);

        Cli cli = Cli.run("inspect", "--model", file, "--tensor", "blk.1.atn_q.weight");

        assertEquals(1, cli.exit());
        assertTrue(cli.err().contains("close to it: blk.1.attn_q.weight, "), cli.err());
    }

    private static void assertDigest(String type, String shape, float[] values, JsonNode json) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            bytes.putFloat(value);
            sum += value;
            squares += (double) value * value;
        }
        assertEquals(type, json.get("type").stringValue());
        assertEquals(shape, json.get("shape").toString());
        assertEquals(8, json.get("first8").size());
        assertEquals(4, json.get("last4").size());
        for (int i = 0; i < 8; i++) {
            assertEquals(values[i], json.get("first8").get(i).floatValue());
        }
        for (int i = 0; i < 4; i++) {
            assertEquals(values[values.length - 4 + i], json.get("last4").get(i).floatValue());
        }
        assertEquals(sum, json.get("sum").doubleValue(), 1e-12);
        assertEquals(Math.sqrt(squares), json.get("l2").doubleValue(), 1e-12);
        assertEquals(sha256(bytes.array()), json.get("sha256").stringValue());
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static float[] floats(TestModel model, String name) {
        float[] values = model.weights().get(name);
        if (values == null) {
            throw new AssertionError(name);
        }
        return values;
    }

    private static JsonNode tensor(JsonNode report, String name) {
        return report.get("tensors")
                .valueStream()
                .filter(tensor -> tensor.get("name").stringValue().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
