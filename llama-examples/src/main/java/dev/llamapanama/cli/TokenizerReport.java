// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of a model in short. What could not be found out is null.
 *
 * @param model the algorithm in the words of GGUF, where the model file names one
 * @param preTokenizer how text is split first, in the words of GGUF
 * @param vocabularySize number of ids
 * @param specialTokens ids with a meaning
 * @param chatTemplate whether the model file has one
 * @param error why it can't be used
 */
record TokenizerReport(
        @Nullable String model,
        @Nullable String preTokenizer,
        @Nullable Integer vocabularySize,
        @Nullable SpecialTokens specialTokens,
        boolean chatTemplate,
        @Nullable String error) {

    /**
     * @param opening builds the tokenizer in use; its failure becomes part of the report
     */
    static TokenizerReport of(Checkpoint checkpoint, Supplier<Tokenizer> opening) {
        TokenizerDefinition stated = null;
        try {
            stated = checkpoint.tokenizer();
            Tokenizer tokenizer = opening.get();
            return of(stated, tokenizer.vocabularySize(), tokenizer.specialTokens(), null);
        } catch (CheckpointException | TokenizerException e) {
            return of(stated, stated == null ? null : stated.pieces().size(), null, e.getMessage());
        }
    }

    private static TokenizerReport of(
            @Nullable TokenizerDefinition stated,
            @Nullable Integer size,
            @Nullable SpecialTokens special,
            @Nullable String error) {
        return stated == null
                ? new TokenizerReport(null, null, size, special, false, error)
                : new TokenizerReport(
                        stated.model(), stated.preTokenizer(), size, special, stated.chatTemplate() != null, error);
    }
}
