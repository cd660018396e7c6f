// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.TokenizerException;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds the vocabulary of a text. Immutable; usable by several threads.
 *
 * <pre>{@code
 * TrainedTokenizer trained = TokenizerTrainer.sentencePiece(
 *                 SentencePieceOptions.builder(4096).build())
 *         .train(List.of(Path.of("stories.txt")));
 * trained.write(Path.of("tokenizer.model"));
 * }</pre>
 *
 * <p>The same text and options give the same bytes, on any machine and for any order of lines; only a JVM of a newer
 * Unicode may know the scripts of more characters. What is held in memory are the distinct words of the text, not the text.
 */
public final class TokenizerTrainer {
    private final Recipe recipe;
    private final TrainingProgress progress;

    private TokenizerTrainer(Recipe recipe, TrainingProgress progress) {
        this.recipe = recipe;
        this.progress = progress;
    }

    /**
     * BPE as google/sentencepiece trains it (src/bpe_model_trainer.cc, src/trainer_interface.cc), piece by piece and score
     * by score: the most frequent pair of neighbours within a word becomes a piece, of equally frequent ones the
     * shortest, then the first by code points, and so on; the single characters follow.
     *
     * @throws TokenizerException where special pieces are spelled alike or by nothing
     */
    public static TokenizerTrainer sentencePiece(SentencePieceOptions options) {
        return new TokenizerTrainer(new SentencePieceRecipe(options), TrainingProgress.NONE);
    }

    /**
     * Byte-level BPE of the kind of Llama 3 (a file of ranks as openai/tiktoken reads it): text is split by the pattern of
     * Llama 3, each of the 256 bytes is a token, and the most frequent pair within a part becomes a token, of equally
     * frequent ones the shortest, then the first by bytes. Every line counts as ending in a line feed.
     *
     * @param ranks number of tokens, 256 to 128,000, but none that a vocabulary of OpenAI has (50,256, 50,257, 50,280,
     *     50,281, 100,256), which {@code Tokenizers} would refuse; the control tokens follow them
     * @throws IllegalArgumentException where there are fewer ranks than bytes or more than Llama 3 has
     */
    public static TokenizerTrainer tiktoken(int ranks) {
        return new TokenizerTrainer(new TiktokenRecipe(ranks), TrainingProgress.NONE);
    }

    /** The same, with a listener that it tells how far it has come. */
    public TokenizerTrainer progress(TrainingProgress listener) {
        return new TokenizerTrainer(recipe, listener);
    }

    /**
     * Trains on files of text in UTF-8.
     *
     * @throws TokenizerException where a file can't be read or isn't UTF-8, there is no text in them, or they hold too
     *     little text for the vocabulary or too many characters
     */
    public TrainedTokenizer train(List<Path> files) {
        return recipe.train(new FileLines(files, progress), progress);
    }

    /**
     * Trains on lines from elsewhere, which have no line feeds.
     *
     * @param source what to call them in messages
     * @throws TokenizerException where one isn't Unicode, there is no text in them, or they hold too little text for the
     *     vocabulary or too many characters
     */
    public TrainedTokenizer train(String source, Iterable<String> lines) {
        return recipe.train(new GivenLines(source, lines), progress);
    }
}
