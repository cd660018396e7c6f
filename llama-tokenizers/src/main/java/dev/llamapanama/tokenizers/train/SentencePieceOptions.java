// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import java.util.List;

/**
 * What a SentencePiece BPE tokenizer is trained to. What isn't an option is as in the recipe of Llama 1 and 2 (the
 * {@code trainer_spec} in their {@code tokenizer.model}): text stays as it is, with a space put before it; no piece goes
 * over a space except at its start, or from one script to another; {@code <unk>}, {@code <s>} and {@code </s>} are 0, 1
 * and 2. Immutable.
 *
 * @param vocabularySize number of pieces, those of every other kind among them
 * @param byteFallback whether there is a piece for each of the 256 bytes, so that all text can be encoded
 * @param splitDigits whether every digit is a piece of its own
 * @param characterCoverage which part of the text's characters have pieces, above 0, at most 1; the rarest go without
 * @param maxLineBytes longer lines are left out; at least 10
 * @param maxPieceLength most characters of a piece; 1 to 512
 * @param whitespacePieces whether a run of spaces may be a piece; it is in the genuine vocabularies of Llama 1 and 2
 * @param controlSymbols spellings of more control tokens, which follow {@code </s>}
 * @param userDefinedSymbols spellings that are one token wherever they stand in text; they follow the control symbols
 */
public record SentencePieceOptions(
        int vocabularySize,
        boolean byteFallback,
        boolean splitDigits,
        double characterCoverage,
        int maxLineBytes,
        int maxPieceLength,
        boolean whitespacePieces,
        List<String> controlSymbols,
        List<String> userDefinedSymbols) {

    private static final int LONGEST_LINE = 1 << 30;

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException naming the option that is out of its range
     */
    public SentencePieceOptions {
        require(vocabularySize > 0, "vocabularySize", vocabularySize, "1 or more");
        require(
                characterCoverage > 0 && characterCoverage <= 1,
                "characterCoverage",
                characterCoverage,
                "above 0, at most 1");
        require(
                maxLineBytes >= 10 && maxLineBytes <= LONGEST_LINE,
                "maxLineBytes",
                maxLineBytes,
                "10 to " + LONGEST_LINE);
        require(maxPieceLength >= 1 && maxPieceLength <= 512, "maxPieceLength", maxPieceLength, "1 to 512");
        controlSymbols = List.copyOf(controlSymbols);
        userDefinedSymbols = List.copyOf(userDefinedSymbols);
    }

    private static void require(boolean condition, String option, Object found, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(option + ": found " + found + ", expected " + expected);
        }
    }

    /** Begins with the recipe of Llama 1 and 2, but for runs of spaces. */
    public static Builder builder(int vocabularySize) {
        return new Builder(vocabularySize);
    }

    /** Collects options; each value is checked by {@link #build}. Not safe for use by several threads. */
    public static final class Builder {
        private final int vocabularySize;
        private boolean byteFallback = true;
        private boolean splitDigits = true;
        private double characterCoverage = 0.99995;
        private int maxLineBytes = 4192;
        private int maxPieceLength = 16;
        private boolean whitespacePieces;
        private List<String> controlSymbols = List.of();
        private List<String> userDefinedSymbols = List.of();

        private Builder(int vocabularySize) {
            this.vocabularySize = vocabularySize;
        }

        /** Whether there is a piece for each of the 256 bytes; on by default. */
        public Builder byteFallback(boolean byteFallback) {
            this.byteFallback = byteFallback;
            return this;
        }

        /** Whether every digit is a piece of its own; on by default. */
        public Builder splitDigits(boolean splitDigits) {
            this.splitDigits = splitDigits;
            return this;
        }

        /** Which part of the text's characters have pieces; 0.99995 by default. */
        public Builder characterCoverage(double characterCoverage) {
            this.characterCoverage = characterCoverage;
            return this;
        }

        /** Longer lines are left out; 4192 by default. */
        public Builder maxLineBytes(int maxLineBytes) {
            this.maxLineBytes = maxLineBytes;
            return this;
        }

        /** Most characters of a piece; 16 by default. */
        public Builder maxPieceLength(int maxPieceLength) {
            this.maxPieceLength = maxPieceLength;
            return this;
        }

        /** Whether a run of spaces may be a piece; off by default. */
        public Builder whitespacePieces(boolean whitespacePieces) {
            this.whitespacePieces = whitespacePieces;
            return this;
        }

        /** Spellings of more control tokens. */
        public Builder controlSymbols(List<String> controlSymbols) {
            this.controlSymbols = List.copyOf(controlSymbols);
            return this;
        }

        /** Spellings that are one token wherever they stand in text. */
        public Builder userDefinedSymbols(List<String> userDefinedSymbols) {
            this.userDefinedSymbols = List.copyOf(userDefinedSymbols);
            return this;
        }

        /**
         * The options, checked.
         *
         * @throws IllegalArgumentException naming the option that is out of its range
         */
        public SentencePieceOptions build() {
            return new SentencePieceOptions(
                    vocabularySize,
                    byteFallback,
                    splitDigits,
                    characterCoverage,
                    maxLineBytes,
                    maxPieceLength,
                    whitespacePieces,
                    controlSymbols,
                    userDefinedSymbols);
        }
    }
}
