// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.Tokenizers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of a model, built when it is first asked for: it may take longer than mapping the weights, and not every use of a
 * model needs one. A file that the user named comes first, then the checkpoint's own, then one that lies beside it.
 */
final class LazyTokenizer {
    private static final List<String> NEIGHBOURS = List.of("tokenizer.bin", "tokenizer.model");

    private final Checkpoint checkpoint;
    private final @Nullable Path file;
    private @Nullable Tokenizer tokenizer;

    LazyTokenizer(Checkpoint checkpoint, @Nullable Path file) {
        this.checkpoint = checkpoint;
        this.file = file;
    }

    synchronized Tokenizer get() {
        if (tokenizer == null) {
            Tokenizer built = build();
            int rows = checkpoint.config().vocabSize();
            if (built.vocabularySize() > rows) {
                throw new CheckpointException(
                        checkpoint.path(),
                        "tokenizer",
                        built.vocabularySize() + " tokens",
                        "at most " + rows + ", the rows of the embedding");
            }
            tokenizer = built;
        }
        return tokenizer;
    }

    private Tokenizer build() {
        if (file != null) {
            return Tokenizers.open(file);
        }
        TokenizerDefinition definition = checkpoint.tokenizer();
        if (definition != null) {
            return Tokenizers.of(definition);
        }
        for (String name : NEIGHBOURS) {
            Path neighbour = checkpoint.path().resolveSibling(name);
            if (Files.isRegularFile(neighbour)) {
                return Tokenizers.open(neighbour);
            }
        }
        throw new CheckpointException(
                checkpoint.path(),
                "tokenizer",
                "none in the file",
                "one of " + NEIGHBOURS + " beside it, or a tokenizer file in the options");
    }
}
