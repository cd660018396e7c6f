// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.LlamaVariant;
import dev.llamapanama.config.RopeScaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class MetaParamsTest {
    @TempDir
    Path folder = Path.of("");

    /** Files as published, against the catalogue, which was made from papers and model cards. */
    @TestFactory
    Stream<DynamicTest> publishedFilesAreTheModelsOfTheCatalogue() {
        String llama4 = """
                "dim": 5120, "n_layers": 48, "n_heads": 40, "n_kv_heads": 8, "vocab_size": 202048, "multiple_of": 2048,
                "ffn_dim_multiplier": 1.2, "norm_eps": 1e-05, "rope_theta": 500000.0, "nope_layer_interval": 4,
                "attention_chunk_size": 8192,
                """;
        String llama3 = "\"vocab_size\": 128256, \"norm_eps\": 1e-05, \"rope_theta\": 500000.0, ";
        String scaled = llama3 + "\"use_scaled_rope\": true, ";
        return Stream.of(
                published(
                        "llama1-7b",
                        "\"dim\": 4096, \"multiple_of\": 256, \"n_heads\": 32, \"n_layers\": 32, \"norm_eps\": 1e-06,"
                                + " \"vocab_size\": -1"),
                published(
                        "llama2-7b",
                        "\"dim\": 4096, \"multiple_of\": 256, \"n_heads\": 32, \"n_layers\": 32, \"norm_eps\": 1e-05,"
                                + " \"vocab_size\": -1"),
                published(
                        "llama2-70b",
                        "\"dim\": 8192, \"multiple_of\": 4096, \"ffn_dim_multiplier\": 1.3, \"n_heads\": 64,"
                                + " \"n_kv_heads\": 8, \"n_layers\": 80, \"norm_eps\": 1e-05, \"vocab_size\": -1"),
                published(
                        "codellama-7b",
                        "\"dim\": 4096, \"n_layers\": 32, \"n_heads\": 32, \"multiple_of\": 256,"
                                + " \"ffn_dim_multiplier\": 1.0, \"norm_eps\": 1e-5, \"rope_theta\": 1000000"),
                published(
                        "llama3-8b",
                        llama3 + "\"dim\": 4096, \"n_layers\": 32, \"n_heads\": 32, \"n_kv_heads\": 8,"
                                + " \"ffn_dim_multiplier\": 1.3, \"multiple_of\": 1024"),
                published(
                        "llama3.1-405b",
                        scaled + "\"dim\": 16384, \"ffn_dim_multiplier\": 1.2, \"multiple_of\": 4096,"
                                + " \"n_heads\": 128, \"n_kv_heads\": 8, \"n_layers\": 126"),
                published(
                        "llama3.2-1b",
                        scaled + "\"dim\": 2048, \"ffn_dim_multiplier\": 1.5, \"multiple_of\": 256,"
                                + " \"n_heads\": 32, \"n_kv_heads\": 8, \"n_layers\": 16"),
                published(
                        "llama3.2-3b",
                        scaled + "\"dim\": 3072, \"ffn_dim_multiplier\": 1.0, \"multiple_of\": 256,"
                                + " \"n_heads\": 24, \"n_kv_heads\": 8, \"n_layers\": 28"),
                published(
                        "llama3.2-11b-vision",
                        scaled + "\"dim\": 4096, \"n_layers\": 32, \"n_heads\": 32, \"n_kv_heads\": 8,"
                                + " \"ffn_dim_multiplier\": 1.3, \"multiple_of\": 1024, \"vision_chunk_size\": 448,"
                                + " \"vision_num_cross_attention_layers\": 8"),
                published(
                        "llama4-scout",
                        llama4 + "\"use_scaled_rope\": true, \"use_qk_norm\": true, \"moe_args\": {\"num_experts\": 16,"
                                + " \"capacity_factor\": 1.0, \"auto_scale_F\": true, \"top_k\": 1,"
                                + " \"interleave_moe_layer_step\": 1}"),
                published(
                        "llama4-maverick",
                        llama4 + "\"use_scaled_rope\": false, \"moe_args\": {\"num_experts\": 128,"
                                + " \"capacity_factor\": 1.0, \"auto_scale_F\": true, \"top_k\": 1,"
                                + " \"interleave_moe_layer_step\": 2}"));
    }

    private DynamicTest published(String id, String fields) {
        return dynamicTest(id, () -> {
            LlamaConfig expected = LlamaVariant.byId(id).config();
            MetaParams params = read("{" + fields + "}");
            assertEquals(expected, params.config(expected.kvHeads(), expected.vocabSize(), expected.tiedEmbeddings()));
        });
    }

    @Test
    void unknownShapesHaveTheShortestContextOfTheirGeneration() throws IOException {
        String shape = "\"dim\": 64, \"n_layers\": 2, \"n_heads\": 4";
        assertEquals(2048, context(shape));
        assertEquals(16_384, context(shape + ", \"rope_theta\": 1e6"));
        assertEquals(8192, context(shape + ", \"rope_theta\": 500000.0"));
        assertEquals(131_072, context(shape + ", \"rope_theta\": 500000.0, \"use_scaled_rope\": true"));
        assertEquals(262_144, context(shape + ", \"nope_layer_interval\": 4"));
        assertEquals(
                new RopeScaling.Llama3(8, 1, 4, 8192),
                read("{" + shape + ", \"use_scaled_rope\": true}")
                        .config(4, 100, false)
                        .rope()
                        .scaling());
    }

    private int context(String fields) throws IOException {
        return read("{" + fields + "}").config(4, 100, false).contextLength();
    }

    @Test
    void refusesNumbersThatNoModelHas() throws IOException {
        assertRefused("\"dim\": 0, \"n_layers\": 2, \"n_heads\": 4", "dim: found 0");
        assertRefused("\"dim\": 2000000000, \"n_layers\": 2, \"n_heads\": 4", "dim: found 2000000000");
        assertRefused("\"dim\": 64, \"n_layers\": -1, \"n_heads\": 4", "n_layers: found -1");
        assertRefused("\"dim\": 64, \"n_layers\": 2, \"n_heads\": 5", "n_heads: found 5");
        assertRefused("\"dim\": 64, \"n_layers\": 2, \"n_heads\": 64", "an even width of a head");
        assertRefused("\"dim\": 64, \"n_layers\": 2, \"n_heads\": 4, \"vocab_size\": 99", "vocab_size: found 99");
        assertRefused("\"dim\": 64, \"n_layers\": 2, \"n_heads\": 4, \"norm_eps\": 0", "norm epsilon");
        assertRefused("\"dim\": 64, \"n_layers\": 2, \"n_heads\": 4, \"multiple_of\": 0", "multiple_of: found 0");
        assertRefused("\"dim\": 64, \"n_layers\": 2, \"n_heads\": 4, \"ffn_dim_multiplier\": 1e30", "feed-forward");
        assertRefused("\"dim\": 64, \"n_layers\": \"2\", \"n_heads\": 4", "n_layers: found \"2\"");
        assertRefused("\"width\": 64", "model: found nothing");
    }

    private void assertRefused(String fields, String expected) throws IOException {
        Path file = write("{" + fields + "}");
        String message = Refusal.of(() -> MetaParams.read(file).config(4, 100, false));
        assertTrue(message.contains(expected), message);
    }

    private MetaParams read(String json) throws IOException {
        return MetaParams.read(write(json));
    }

    private Path write(String json) throws IOException {
        return Files.writeString(folder.resolve("params.json"), json);
    }
}
