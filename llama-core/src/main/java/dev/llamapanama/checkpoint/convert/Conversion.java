// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.convert;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.checkpoint.ModelTokenizers;
import dev.llamapanama.checkpoint.gguf.GgufDraft;
import dev.llamapanama.checkpoint.mapped.UnfinishedFile;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a model of any format as one GGUF v3 file, its weights stored anew. Immutable; each method gives a conversion that differs in
 * one thing.
 *
 * <pre>{@code
 * try (Checkpoint checkpoint = Checkpoints.open(Path.of("Llama-3.2-1B-Instruct"))) {
 *     ConversionReport report = Conversion.of(checkpoint).type("Q4_K_M").write(Path.of("llama-q4.gguf"));
 * }
 * }</pre>
 *
 * <p>Weights are read, stored, and written piece by piece by all cores, so that memory holds a few rows of a tensor and never the model.
 * The file comes into being under another name beside its target and takes its name when it is whole: a conversion that fails or is
 * interrupted leaves nothing. A tensor that has its type already is copied.
 */
public final class Conversion {
    private final Checkpoint checkpoint;
    private final Mix mix;
    private final @Nullable TokenizerDefinition tokenizer;
    private final Map<String, String> descriptions;
    private final LoadProgress progress;
    private final boolean replacing;

    private Conversion(
            Checkpoint checkpoint,
            Mix mix,
            @Nullable TokenizerDefinition tokenizer,
            Map<String, String> descriptions,
            LoadProgress progress,
            boolean replacing) {
        this.checkpoint = checkpoint;
        this.mix = mix;
        this.tokenizer = tokenizer;
        this.descriptions = descriptions;
        this.progress = progress;
        this.replacing = replacing;
    }

    /**
     * A conversion to F16 with the model's own tokenizer, or else the one beside it, to a file that isn't there yet.
     *
     * @param checkpoint remains the caller's, and open until the conversion is done
     */
    public static Conversion of(Checkpoint checkpoint) {
        return new Conversion(checkpoint, Mix.F16, null, Map.of(), LoadProgress.NONE, false);
    }

    /**
     * Stores weights as llama-quantize does in a file of this name.
     *
     * @param name one of {@link WeightTypes#fileTypes}
     * @throws IllegalArgumentException if it is none
     */
    public Conversion type(String name) {
        return new Conversion(
                checkpoint, Mix.valueOf(WeightTypes.ofFile(name).name()), tokenizer, descriptions, progress, replacing);
    }

    /** Writes this tokenizer in place of the model's. */
    public Conversion tokenizer(TokenizerDefinition definition) {
        return new Conversion(checkpoint, mix, definition, descriptions, progress, replacing);
    }

    /** Whether {@link #describe} takes a key. */
    public static boolean describes(String key) {
        return GgufDraft.isDescription(key);
    }

    /**
     * Says something about the model, in place of what it says itself.
     *
     * @param key one of the specification's texts of {@code general} ({@code general.name}, {@code general.description}, {@code general.license} …), or
     *     {@code tokenizer.chat_template}
     * @throws IllegalArgumentException if it is another key: what decides how the file is read follows from the model
     */
    public Conversion describe(String key, String text) {
        if (!describes(key)) {
            throw new IllegalArgumentException(
                    "metadata: found " + key
                            + ", expected a text such as general.name, general.description, general.license or tokenizer.chat_template");
        }
        SequencedMap<String, String> more = new LinkedHashMap<>(descriptions);
        more.put(key, text);
        return new Conversion(checkpoint, mix, tokenizer, more, progress, replacing);
    }

    /** Tells how many bytes of the model are converted, in the thread that called {@link #write}. */
    public Conversion progress(LoadProgress listener) {
        return new Conversion(checkpoint, mix, tokenizer, descriptions, listener, replacing);
    }

    /** Whether a file that is there is replaced. */
    public Conversion replacing(boolean existing) {
        return new Conversion(checkpoint, mix, tokenizer, descriptions, progress, existing);
    }

    /**
     * Converts. An interrupted thread makes it fail.
     *
     * @return what was written
     * @throws CheckpointException if the target is there already or can't be written, GGUF can't express the model, there is no
     *     tokenizer, or a weight doesn't fit its type: an infinity, not a number, or too large for binary16
     */
    public ConversionReport write(Path target) {
        long start = System.nanoTime();
        refuseTarget(target);
        GgufDraft draft = GgufDraft.of(checkpoint, tokenizerToWrite(), mix.id());
        descriptions.forEach(draft::describe);
        try (UnfinishedFile file = UnfinishedFile.beside(target, replacing)) {
            TensorWriter writer = new TensorWriter(checkpoint, WeightTypes.of(mix), draft, file.channel(), progress);
            StorageError error = writer.write();
            long bytes = file.finish();
            return new ConversionReport(target, bytes, System.nanoTime() - start, error.root(), error.relative());
        } catch (IOException e) {
            throw new CheckpointException(target, e);
        }
    }

    private @Nullable TokenizerDefinition tokenizerToWrite() {
        return tokenizer != null || GgufDraft.isGguf(checkpoint) ? tokenizer : ModelTokenizers.definitionOf(checkpoint);
    }

    private void refuseTarget(Path target) {
        if (!Files.exists(target)) {
            return;
        }
        if (!replacing || !Files.isRegularFile(target)) {
            String found = Files.isRegularFile(target) ? "a file that exists" : "something that is no file";
            throw new CheckpointException(target, "output", found, "no such file, or leave to replace it");
        }
        try {
            if (Files.exists(checkpoint.path()) && Files.isSameFile(target, checkpoint.path())) {
                throw new CheckpointException(target, "output", "the model itself", "another file");
            }
        } catch (IOException e) {
            throw new CheckpointException(target, e);
        }
    }
}
