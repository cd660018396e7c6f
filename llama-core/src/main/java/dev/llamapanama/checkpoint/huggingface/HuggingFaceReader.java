// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointReader;
import dev.llamapanama.checkpoint.json.JsonFile;
import dev.llamapanama.checkpoint.json.JsonObject;
import dev.llamapanama.checkpoint.mapped.MappedCheckpoint;
import dev.llamapanama.checkpoint.mapped.MappedFiles;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads folders of Hugging Face: {@code config.json} and safetensors, one file or several with an index. The tokenizer stands in a file of its
 * own.
 */
public final class HuggingFaceReader implements CheckpointReader {
    @Override
    public String format() {
        return "a Hugging Face folder with config.json and safetensors";
    }

    @Override
    public boolean recognises(Path path, byte[] start) {
        return HuggingFaceFiles.areMeant(path);
    }

    @Override
    public Checkpoint read(Path path) {
        HuggingFaceFiles folder = HuggingFaceFiles.of(path);
        return MappedFiles.open(files -> describe(path, folder, files));
    }

    @Override
    public @Nullable TokenizerDefinition readTokenizer(Path path) {
        return null;
    }

    private static Checkpoint describe(Path path, HuggingFaceFiles folder, MappedFiles files) {
        HuggingFaceConfig config = HuggingFaceConfig.read(folder.config());
        JsonObject generation = Files.isRegularFile(folder.generation())
                ? JsonFile.read(folder.generation(), HuggingFaceConfig.MOST_BYTES)
                : null;
        boolean float8 = Float8Scheme.isIn(config.root());
        StoredTensors stored = new StoredTensors(folder.weights(), tensors(folder, files), float8);
        LlamaConfig llama = config.read(config.tied() || !stored.has(stored.head()));
        HuggingFaceWeights weights = HuggingFaceWeights.of(files, llama, config.type(), config.crossLayers(), stored);
        return new MappedCheckpoint(
                        path,
                        files::close,
                        folder.isSharded() ? "Hugging Face safetensors in shards" : "Hugging Face safetensors",
                        llama,
                        metadata(config.root(), generation),
                        weights.tensors(),
                        null)
                .withEndTokens(EndTokens.of(config, generation, llama.vocabSize()))
                .withOtherTensors(weights.forImages());
    }

    private static Map<String, SafetensorsTensor> tensors(HuggingFaceFiles folder, MappedFiles files) {
        return folder.isSharded()
                ? ShardIndex.read(folder.weights()).map(files)
                : SafetensorsHeader.read(files.map(folder.weights()));
    }

    private static SequencedMap<String, Object> metadata(JsonObject config, @Nullable JsonObject generation) {
        SequencedMap<String, Object> metadata = new LinkedHashMap<>();
        flatten("", config.plain(), metadata);
        if (generation != null) {
            flatten("generation_config.", generation.plain(), metadata);
        }
        return metadata;
    }

    /** Fields of an object in an object are named by the way to them. */
    private static void flatten(String prefix, Map<?, ?> fields, Map<String, Object> target) {
        fields.forEach((name, value) -> {
            if (value instanceof Map<?, ?> inner) {
                flatten(prefix + name + ".", inner, target);
            } else {
                target.put(prefix + name, value);
            }
        });
    }
}
