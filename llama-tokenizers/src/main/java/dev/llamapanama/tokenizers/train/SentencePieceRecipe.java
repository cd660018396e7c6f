// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.TokenizerException;
import java.util.List;

/** SentencePiece BPE. Special pieces take the first ids, then merged pieces as they are found, then characters. */
final class SentencePieceRecipe implements Recipe {
    private final SentencePieceOptions options;
    private final SpecialPieces special;

    SentencePieceRecipe(SentencePieceOptions options) {
        this.options = options;
        special = new SpecialPieces(options);
    }

    @Override
    public TrainedTokenizer train(Lines text, TrainingProgress progress) {
        SentenceWords words = new SentenceWords(special, options.whitespacePieces());
        long tooLong = text.forEach(options.maxLineBytes(), words);
        if (words.counts().isEmpty()) {
            throw new TokenizerException(
                    text.source(), "text", "none", "at least one line of 1 to " + options.maxLineBytes() + " bytes");
        }
        List<String> learned = learn(text.source(), words.counts(), progress);
        return new TrainedTokenizer(
                text.source(),
                SentencePieceFile.bytes(special, learned, options),
                words.lines(),
                words.skipped() + tooLong);
    }

    private List<String> learn(String source, WordCounts words, TrainingProgress progress) {
        Alphabet alphabet = Alphabet.of(words, options.characterCoverage());
        int required = special.size() + alphabet.size();
        if (options.vocabularySize() < required) {
            throw new TokenizerException(
                    source,
                    "vocabulary size",
                    options.vocabularySize(),
                    "at least " + required + " for " + special.size() + " special pieces and " + alphabet.size()
                            + " characters; a lower character coverage leaves some out");
        }
        List<String> pieces = new PieceLearner(
                        new Corpus(source, words, alphabet::symbol),
                        alphabet.characters(),
                        new PieceRules(options.maxPieceLength(), options.splitDigits(), options.whitespacePieces()))
                .learn(options.vocabularySize() - required, 0, progress);
        if (required + pieces.size() < options.vocabularySize()) {
            throw new TokenizerException(
                    source,
                    "vocabulary size",
                    options.vocabularySize(),
                    "at most " + (required + pieces.size()) + ", which is all that the text gives");
        }
        alphabet.characters().forEach(c -> pieces.add(Character.toString(c)));
        return pieces;
    }
}
