// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.ModelTokenizers;
import dev.llamapanama.generation.grammar.GrammarVocabulary;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.Tokenizers;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of a model, built when it is first asked for: it may take longer than mapping the weights, and not every use of a
 * model needs one. A file that the user named comes before what the model brings.
 */
final class LazyTokenizer {
    private final Checkpoint checkpoint;
    private final @Nullable Path file;
    private @Nullable Tokenizer tokenizer;
    private @Nullable GrammarVocabulary vocabulary;
    /** Of a model that is known to have the same tokens. */
    private @Nullable Tokenizer same;

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

    /** As grammars see it. */
    synchronized GrammarVocabulary grammarVocabulary() {
        if (vocabulary == null) {
            vocabulary = GrammarVocabulary.of(get());
        }
        return vocabulary;
    }

    /**
     * Makes sure that each id stands for the same in another model.
     *
     * @throws IllegalArgumentException naming the first that doesn't
     */
    @SuppressWarnings("ReferenceEquality") // the very tokenizer that was compared before
    synchronized void requireSameTokens(Tokenizer other) {
        Tokenizer own = get();
        if (own == other || same == other) {
            return;
        }
        int most = Math.max(own.vocabularySize(), other.vocabularySize());
        for (int id = 0; id < most; id++) {
            String found = piece(own, id);
            String expected = piece(other, id);
            if (!found.equals(expected)) {
                throw new IllegalArgumentException("draft model " + checkpoint.path() + ": token " + id + ": found "
                        + found + ", expected " + expected + ", as the model has it");
            }
        }
        same = other;
    }

    private static String piece(Tokenizer tokenizer, int id) {
        return id < tokenizer.vocabularySize() ? '"' + tokenizer.piece(id) + '"' : "none";
    }

    private Tokenizer build() {
        return Tokenizers.of(definition());
    }

    /** What a file says of it. */
    TokenizerDefinition definition() {
        return file == null ? ModelTokenizers.definitionOf(checkpoint) : ModelTokenizers.readDefinition(file);
    }
}
