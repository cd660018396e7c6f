// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.ModelTokenizers;
import dev.llamapanama.checkpoint.convert.Conversion;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.Tokenizers;
import dev.llamapanama.tokenizers.chat.ChatFormat;
import dev.llamapanama.tokenizers.chat.ChatFormats;
import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.network.DecoderNetwork;
import dev.llamapanama.training.network.NetworkOptions;
import dev.llamapanama.training.network.Parameters;
import dev.llamapanama.training.tuning.FullTuning;
import dev.llamapanama.training.tuning.LoraTuning;
import dev.llamapanama.training.tuning.Trainable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The model that is tuned: its network, and the weights of it that steps change. */
final class TunedModel implements AutoCloseable {
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    final DecoderNetwork network;
    final Trainable weights;
    final Tokenizer tokenizer;
    /** Fingerprint of the weights that it began with. */
    final String base;

    private final TuningRecipe recipe;
    private final TokenizerDefinition definition;
    /** What the base says of itself as text. */
    private final Map<String, String> descriptions = new LinkedHashMap<>();

    TunedModel(TuningRecipe recipe) {
        this.recipe = recipe;
        try (Checkpoint base = Checkpoints.open(Path.of(recipe.base()))) {
            definition = ModelTokenizers.definitionOf(base);
            base.metadata().forEach((key, value) -> {
                if (Conversion.describes(key) && value instanceof String text) {
                    descriptions.put(key, text);
                }
            });
            Parameters parameters = Parameters.of(base);
            requireFit(parameters.config(), recipe);
            this.base = Fingerprint.of(parameters.values());
            network = networkOf(parameters);
        }
        tokenizer = Tokenizers.of(definition);
        weights = recipe.lora() == null
                ? new FullTuning(network, recipe.optimiser(), THREADS)
                : new LoraTuning(network, recipe.lora(), recipe.optimiser(), recipe.seed(), THREADS);
    }

    private static void requireFit(LlamaConfig config, TuningRecipe recipe) {
        int most = config.contextLength();
        FieldException.require(
                recipe.longest() <= most, "longest", recipe.longest(), "at most the base's context, " + most);
        PretrainingCourse.requireFit(config, recipe.microBatchTokens());
    }

    /** A network of the same size. */
    DecoderNetwork networkOf(Parameters parameters) {
        return new DecoderNetwork(
                parameters, new NetworkOptions(recipe.microBatchTokens(), THREADS, recipe.recomputing()));
    }

    /** By which conversations become prompts, or null where there is none. */
    @Nullable
    ChatFormat chatFormat() {
        return recipe.chatFormat() == null
                ? ChatFormats.of(definition).orElse(null)
                : ChatFormats.named(recipe.chatFormat());
    }

    /**
     * Writes what was tuned.
     *
     * @return {@code model.gguf} with the tokenizer, or {@code adapter.gguf}, beside which the same adapter lies as the folder {@code peft}
     */
    Path write(Path folder) {
        if (weights instanceof LoraTuning adapter) {
            return write(adapter, folder.resolve("adapter.gguf"));
        }
        Path file = folder.resolve("model.gguf");
        try (Checkpoint snapshot = network.parameters().snapshot(folder, definition)) {
            Conversion conversion = Conversion.of(snapshot).type("F32").replacing(true);
            for (Map.Entry<String, String> each : descriptions.entrySet()) {
                conversion = conversion.describe(each.getKey(), each.getValue());
            }
            conversion.write(file);
        }
        return file;
    }

    private static Path write(LoraTuning adapter, Path file) {
        try {
            adapter.write(file);
            adapter.writePeft(file.resolveSibling("peft"));
            return file;
        } catch (IOException e) {
            throw new TrainingFileException(file, e);
        }
    }

    @Override
    public void close() {
        weights.close();
        network.close();
    }
}
