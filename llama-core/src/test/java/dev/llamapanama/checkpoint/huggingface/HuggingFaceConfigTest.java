// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.LlamaVariant;
import dev.llamapanama.config.RopeConfig;
import dev.llamapanama.config.RopeScaling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields of config.json, as versions 4 and 5 of transformers write them. */
class HuggingFaceConfigTest {
    private static final String SIZES = """
            "model_type":"llama","hidden_size":2048,"intermediate_size":8192,"num_hidden_layers":16,
            "num_attention_heads":32,"num_key_value_heads":8,"vocab_size":128256,"max_position_embeddings":131072,
            "rms_norm_eps":1e-05""";
    private static final String LLAMA3 = "\"factor\":32.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,"
            + "\"original_max_position_embeddings\":8192,";

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"rope_theta\":500000.0,\"rope_scaling\":{LLAMA3\"rope_type\":\"llama3\"}",
                "\"rope_theta\":500000.0,\"rope_scaling\":{LLAMA3\"type\":\"llama3\"}",
                "\"rope_parameters\":{\"rope_theta\":500000.0,LLAMA3\"rope_type\":\"llama3\"}"
            })
    void readsLlama32InEitherVersion(String rope) {
        LlamaConfig config = read("{" + SIZES + "," + rope.replace("LLAMA3", LLAMA3) + "}", true);
        assertEquals(LlamaVariant.byId("llama3.2-1b").config(), config);
    }

    @Test
    void defaultsAreThoseOfTransformers() {
        LlamaConfig config = read("""
                {"model_type":"llama","hidden_size":64,"intermediate_size":96,"num_hidden_layers":2,
                "num_attention_heads":4,"vocab_size":300,"rope_scaling":null,"head_dim":null}""", false);
        assertEquals(4, config.kvHeads());
        assertEquals(16, config.headDim());
        assertEquals(1e-6, config.normEps());
        assertEquals(2048, config.contextLength());
        assertEquals(new RopeConfig(1e4, RopeScaling.NONE), config.rope());
        assertFalse(config.tiedEmbeddings());
    }

    @Test
    void parametersOfRopeNeedNoType() {
        LlamaConfig config = read("{" + SIZES + ",\"rope_parameters\":{\"rope_theta\":7.0}}", false);
        assertEquals(new RopeConfig(7, RopeScaling.NONE), config.rope());
        config = read("{" + SIZES + ",\"rope_parameters\":{\"rope_type\":\"linear\",\"factor\":2}}", false);
        assertEquals(new RopeConfig(1e4, new RopeScaling.Linear(2)), config.rope());
    }

    /** What transformers leaves out of an inner configuration is its default. */
    @Test
    void readsLlama4() {
        LlamaConfig scout = read("""
                {"model_type":"llama4","text_config":{"model_type":"llama4_text","max_position_embeddings":10485760,
                "rope_scaling":{"factor":16.0,"high_freq_factor":1.0,"low_freq_factor":1.0,
                "original_max_position_embeddings":8192,"rope_type":"llama3"},"attn_temperature_tuning":4}}""", false);
        assertEquals(LlamaVariant.byId("llama4-scout-instruct").config(), scout);
        LlamaConfig maverick = read("""
                {"model_type":"llama4_text","num_local_experts":128,"interleave_moe_layer_step":2,"use_qk_norm":false,
                "max_position_embeddings":1048576,"attn_temperature_tuning":true,"floor_scale":8192,"attn_scale":0.1}""", false);
        assertEquals(LlamaVariant.byId("llama4-maverick-instruct").config(), maverick);
    }

    @Test
    void readsThePatternOfLlama4() {
        String start = "{\"model_type\":\"llama4_text\",\"num_hidden_layers\":4,";
        LlamaConfig guard = read(start + "\"moe_layers\":[],\"attention_chunk_size\":null}", false);
        assertNull(guard.moe());
        assertEquals(new AttentionPattern(4, 0, true, 8192, 0.1), guard.attention());
        LlamaConfig rotated = read(
                start + "\"no_rope_layers\":[1,1,1,1],\"attn_temperature_tuning\":false,\"moe_layers\":[0,1,2,3]}",
                false);
        assertEquals(new AttentionPattern(0, 8192, true, 0, 0), rotated.attention());
        assertNotNull(rotated.moe());
        LlamaConfig second = read(
                start
                        + "\"no_rope_layers\":[1,0,1,0],\"attention_chunk_size\":16,\"layer_types\":"
                        + "[\"chunked_attention\",\"full_attention\",\"chunked_attention\",\"full_attention\"]}",
                false);
        assertEquals(new AttentionPattern(2, 16, true, 8192, 0.1), second.attention());
    }

    @Test
    void readsLlama32Vision() {
        String config = """
                {"model_type":"mllama","text_config":{"model_type":"mllama_text_model",
                "cross_attention_layers":[3,8,13,18,23,28,33,38],"num_hidden_layers":40,
                "rope_scaling":{"factor":8.0,"high_freq_factor":4.0,"low_freq_factor":1.0,
                "original_max_position_embeddings":8192,"rope_type":"llama3"}}}""";
        assertEquals(LlamaVariant.byId("llama3.2-11b-vision").config(), read(config, false));
        assertEquals(Set.of(3, 8, 13, 18, 23, 28, 33, 38), open(config).crossLayers());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model_type | \"mistral\"",
                "model_type | 1",
                "hidden_size | 0",
                "hidden_size | -64",
                "hidden_size | 2.5",
                "hidden_size | \"64\"",
                "hidden_size | 2147483648",
                "hidden_size | 2097152",
                "hidden_size | 2049",
                "num_attention_heads | 0",
                "num_key_value_heads | 5",
                "num_hidden_layers | null",
                "head_dim | 3",
                "vocab_size | 1e3",
                "vocab_size | 16777217",
                "rms_norm_eps | 0",
                "rms_norm_eps | -1",
                "rms_norm_eps | 1e999",
                "rope_theta | 0",
                "rope_theta | true",
                "rope_scaling | []",
                "rope_scaling | {\"factor\":2}",
                "rope_scaling | {\"rope_type\":\"yarn\",\"factor\":2}",
                "rope_scaling | {\"type\":\"dynamic\",\"factor\":2}",
                "rope_scaling | {\"type\":\"linear\"}",
                "rope_scaling | {\"type\":\"linear\",\"factor\":0}",
                "rope_scaling | {\"type\":\"llama3\",\"factor\":8,\"low_freq_factor\":4,\"high_freq_factor\":1,"
                        + "\"original_max_position_embeddings\":8192}",
                "rope_parameters | {\"rope_type\":\"longrope\"}",
                "attention_bias | true",
                "mlp_bias | true",
                "mlp_bias | 1",
                "hidden_act | \"gelu\"",
                "partial_rotary_factor | 0.5"
            })
    void refusesFields(String field, String value) {
        String json = field.matches("model_type|hidden_size|num_.*|vocab_size|rms_norm_eps")
                ? SIZES.replaceAll("\"" + field + "\":[^,]*", "\"" + field + "\":" + value)
                : SIZES + ",\"" + field + "\":" + value;
        String message = Refusal.of(() -> read("{" + json + "}", false));
        assertTrue(message.startsWith(folder.resolve("config.json") + ": "), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"no_rope_layers\":[1,1,1]",
                "\"no_rope_layers\":[1,1,0,0]",
                "\"no_rope_layers\":[1,1,1,2]",
                "\"no_rope_layer_interval\":0",
                "\"moe_layers\":[1]",
                "\"interleave_moe_layer_step\":0",
                "\"interleave_moe_layer_step\":5",
                "\"num_local_experts\":0",
                "\"num_experts_per_tok\":17",
                "\"attention_chunk_size\":-1",
                "\"layer_types\":[\"full_attention\",\"chunked_attention\",\"full_attention\",\"full_attention\"]",
                "\"layer_types\":[\"full_attention\"]",
                "\"layer_types\":[1]",
                "\"floor_scale\":0.5",
                "\"attn_temperature_tuning\":\"yes\""
            })
    void refusesFieldsOfLlama4(String field) {
        Refusal.of(() -> read("{\"model_type\":\"llama4_text\",\"num_hidden_layers\":4," + field + "}", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[0,1,2,3]", "[4]", "[-1]", "[1,1]", "\"1\"", "[1.5]", "[9223372036854775807]"})
    void refusesLayersOfCrossAttention(String layers) {
        Refusal.of(() -> read(
                "{\"model_type\":\"mllama_text_model\",\"num_hidden_layers\":4,\"cross_attention_layers\":" + layers
                        + "}",
                false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "{", "{}", "{}{}", "{\"model_type\":\"llama4\"}", "{\"a\":1,\"a\":2}"})
    void refusesOtherJson(String json) {
        Refusal.of(() -> read(json, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "128256", "[1,-2]", "\"2\"", "2.5", "[[2]]"})
    void refusesEndTokens(String id) {
        String message = Refusal.of(() -> {
            HuggingFaceConfig config = open("{" + SIZES + ",\"eos_token_id\":" + id + "}");
            EndTokens.of(config, null, 128256);
        });
        assertTrue(message.contains("eos_token_id: found "), message);
    }

    private LlamaConfig read(String json, boolean tied) {
        return open(json).read(tied);
    }

    private HuggingFaceConfig open(String json) {
        try {
            return HuggingFaceConfig.read(Files.writeString(folder.resolve("config.json"), json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
