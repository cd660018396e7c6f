// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerException;
import dev.llamapanama.tokenizers.Tokenizers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds and builds the tokenizer of a model: the one in its file, else one that lies beside it. */
public final class ModelTokenizers {
    /**
     * In a folder that has both, {@code tokenizer.json} leaves less to guess than {@code tokenizer.model}, which has
     * neither tokens that were added later nor, for Llama 3 and 4, the control tokens and the split pattern.
     */
    private static final List<String> NEIGHBOURS = List.of("tokenizer.bin", "tokenizer.json", "tokenizer.model");

    private static final byte[] GGUF = "GGUF".getBytes(StandardCharsets.US_ASCII);

    private ModelTokenizers() {}

    /**
     * The tokenizer of an open model.
     *
     * @throws CheckpointException if there is none
     * @throws TokenizerException if it can't be used
     */
    public static Tokenizer of(Checkpoint checkpoint) {
        return Tokenizers.of(definitionOf(checkpoint));
    }

    /**
     * The tokenizer of a model file that need not be open nor have weights.
     *
     * @throws CheckpointException if there is none, or the file can't be used
     * @throws TokenizerException if it can't be used
     */
    public static Tokenizer ofModel(Path model) {
        return Tokenizers.of(definitionOfModel(model));
    }

    /**
     * The tokenizer of a tokenizer file of any format, or of a GGUF file with or without weights.
     *
     * @throws CheckpointException if a GGUF file has none or can't be used
     * @throws TokenizerException if it can't be used
     */
    public static Tokenizer open(Path file) {
        return isGguf(file) ? ofModel(file) : Tokenizers.open(file);
    }

    /**
     * What the file of an open model, or else one that lies beside it, says of its tokenizer.
     *
     * @throws CheckpointException if there is none
     * @throws TokenizerException if the one beside it can't be read
     */
    public static TokenizerDefinition definitionOf(Checkpoint checkpoint) {
        return definition(checkpoint.path(), checkpoint.tokenizer());
    }

    /**
     * What the file of a model that need not be open nor have weights, or else one that lies beside it, says of its tokenizer.
     *
     * @throws CheckpointException if there is none, or the file can't be used
     * @throws TokenizerException if the one beside it can't be read
     */
    public static TokenizerDefinition definitionOfModel(Path model) {
        return definition(model, Checkpoints.readTokenizer(model));
    }

    /**
     * What a tokenizer file of any format, or a GGUF file with or without weights, says of a tokenizer.
     *
     * @throws CheckpointException if a GGUF file has none or can't be used
     * @throws TokenizerException if it can't be read
     */
    public static TokenizerDefinition readDefinition(Path file) {
        return isGguf(file) ? definitionOfModel(file) : Tokenizers.read(file);
    }

    private static TokenizerDefinition definition(Path model, @Nullable TokenizerDefinition own) {
        if (own != null) {
            return own;
        }
        for (String name : NEIGHBOURS) {
            Path neighbour = Files.isDirectory(model) ? model.resolve(name) : model.resolveSibling(name);
            if (Files.isRegularFile(neighbour)) {
                return Tokenizers.read(neighbour);
            }
        }
        throw new CheckpointException(
                model,
                "tokenizer",
                "none in the file",
                "one of " + NEIGHBOURS + " beside it, or a tokenizer file in the options");
    }

    private static boolean isGguf(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(GGUF.length), GGUF);
        } catch (IOException e) {
            throw new TokenizerException(file.toString(), e);
        }
    }
}
