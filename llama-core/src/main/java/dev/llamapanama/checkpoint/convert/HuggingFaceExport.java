// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.convert;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.LowRank;
import dev.llamapanama.checkpoint.huggingface.HuggingFaceWriter;
import dev.llamapanama.checkpoint.mapped.UnfinishedFile;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.train.HuggingFaceTokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Folders as transformers and PEFT have them. Files that are there are replaced, each when the new one is whole. */
public final class HuggingFaceExport {
    private static final String TOKENIZER_JSON = "tokenizer.json";

    private HuggingFaceExport() {}

    /**
     * Writes {@code config.json}, {@code generation_config.json}, {@code model.safetensors}, with Hugging Face's order of the rows of queries and keys,
     * and the tokenizer: a copy of {@code tokenizer.json}, or what transformers needs in place of another file.
     *
     * @param checkpoint remains the caller's
     * @param folder is made if it isn't there
     * @param type of all weights: F32, F16 or BF16
     * @param tokenizer its file, {@code tokenizer.model} of either kind, {@code tokenizer.json} or {@code tokenizer.bin}
     * @param definition what that file says
     * @throws CheckpointException if the model isn't a dense Llama, or something can't be written
     * @throws IllegalArgumentException if the type is another
     */
    public static void writeModel(
            Checkpoint checkpoint, Path folder, DType type, Path tokenizer, TokenizerDefinition definition) {
        if (type != DType.F32 && type != DType.F16 && type != DType.BF16) {
            throw new IllegalArgumentException("type: found " + type + ", expected F32, F16 or BF16");
        }
        create(folder);
        new HuggingFaceWriter(folder, checkpoint.config()).writeModel(checkpoint, type, definition);
        try {
            writeTokenizer(folder, tokenizer, definition);
        } catch (IOException e) {
            throw new CheckpointException(folder, e);
        }
    }

    private static void writeTokenizer(Path folder, Path tokenizer, TokenizerDefinition definition) throws IOException {
        Map<String, byte[]> files = tokenizerFiles(tokenizer, definition);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            UnfinishedFile.replace(folder.resolve(file.getKey()), file.getValue());
        }
        if (!files.containsKey(TOKENIZER_JSON)) {
            // Of two, the one that this model doesn't have would be taken.
            Files.deleteIfExists(folder.resolve(TOKENIZER_JSON));
        }
    }

    /** All of them are read before any is replaced: the tokenizer may be one of these. */
    private static Map<String, byte[]> tokenizerFiles(Path tokenizer, TokenizerDefinition definition)
            throws IOException {
        if (tokenizer.toString().endsWith(".json")) {
            return Map.of(TOKENIZER_JSON, Files.readAllBytes(tokenizer));
        }
        Map<String, byte[]> files = new LinkedHashMap<>(HuggingFaceTokenizerFiles.of(definition));
        if (definition.model().equals("llama") && tokenizer.toString().endsWith(".model")) {
            files.put("tokenizer.model", Files.readAllBytes(tokenizer));
        }
        return files;
    }

    /**
     * Writes {@code adapter_config.json} and {@code adapter_model.safetensors}.
     *
     * @param folder is made if it isn't there
     * @param base of the model that is adapted
     * @param alpha what is added is multiplied by {@code alpha / rank}
     * @param pairs of matrices of layers, by the names of the weights, all of one rank
     * @throws CheckpointException if the model isn't a dense Llama, or something can't be written
     */
    public static void writeAdapter(Path folder, LlamaConfig base, double alpha, Map<String, LowRank> pairs) {
        create(folder);
        new HuggingFaceWriter(folder, base).writeAdapter(alpha, pairs);
    }

    private static void create(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new CheckpointException(folder, e);
        }
    }
}
