// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import dev.llamapanama.tokenizers.TokenizerException;
import java.util.ArrayList;
import java.util.Collections;
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
        TokenizerDefinition definition = definition(text.source(), learn(text.source(), words.counts(), progress));
        return new TrainedTokenizer(
                definition, SentencePieceFile.bytes(definition, options), words.lines(), words.skipped() + tooLong);
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

    private TokenizerDefinition definition(String source, List<String> learned) {
        List<String> pieces = new ArrayList<>(special.spellings());
        List<TokenType> types = new ArrayList<>(special.types());
        List<Float> scores = new ArrayList<>(Collections.nCopies(special.size(), 0f));
        for (String piece : learned) {
            scores.add(-(float) (pieces.size() - special.size()));
            pieces.add(piece);
            types.add(TokenType.NORMAL);
        }
        return new TokenizerDefinition(
                source,
                "llama",
                "",
                pieces,
                types,
                scores,
                List.of(),
                new SpecialIds(
                        special.id(SpecialPieces.BEGIN, TokenType.CONTROL),
                        special.id(SpecialPieces.END, TokenType.CONTROL),
                        special.id(SpecialPieces.UNKNOWN, TokenType.UNKNOWN),
                        special.id(SpecialPieces.PAD, TokenType.CONTROL),
                        -1,
                        -1,
                        true,
                        false),
                new Whitespace(true, false),
                null);
    }
}
