// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.tokenizers.train.SentencePieceOptions;
import java.util.List;
import picocli.CommandLine.Option;

/** How a SentencePiece tokenizer is trained: options with the names of spm_train. */
final class SentencePieceFlags {
    @Option(
            names = "--byte-fallback",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "A piece for each of the 256 bytes, so that all text can be encoded (on by default).")
    private boolean byteFallback = true;

    @Option(
            names = "--split-digits",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Every digit is a piece of its own (on by default).")
    private boolean splitDigits = true;

    @Option(
            names = "--allow-whitespace-only-pieces",
            description = "A run of spaces may be a piece, as in the vocabularies of Llama 1 and 2.")
    private boolean whitespacePieces;

    @Option(
            names = "--character-coverage",
            paramLabel = "SHARE",
            defaultValue = "0.99995",
            description = "Which part of the characters of the text have pieces (default: ${DEFAULT-VALUE}).")
    private double characterCoverage = 0.99995;

    @Option(
            names = "--max-sentence-length",
            paramLabel = "BYTES",
            defaultValue = "4192",
            description = "Longer lines are left out (default: ${DEFAULT-VALUE}).")
    private int maxLineBytes = 4192;

    @Option(
            names = "--max-piece-length",
            paramLabel = "N",
            defaultValue = "16",
            description = "Most characters of a piece (default: ${DEFAULT-VALUE}).")
    private int maxPieceLength = 16;

    @Option(
            names = "--control-symbols",
            paramLabel = "TEXT",
            split = ",",
            description = "Control tokens after </s>, with commas between.")
    private List<String> controlSymbols = List.of();

    @Option(
            names = "--user-defined-symbols",
            paramLabel = "TEXT",
            split = ",",
            description = "Texts that are one token wherever they stand, with commas between.")
    private List<String> userDefinedSymbols = List.of();

    SentencePieceOptions options(int vocabularySize) {
        return SentencePieceOptions.builder(vocabularySize)
                .byteFallback(byteFallback)
                .splitDigits(splitDigits)
                .characterCoverage(characterCoverage)
                .maxLineBytes(maxLineBytes)
                .maxPieceLength(maxPieceLength)
                .whitespacePieces(whitespacePieces)
                .controlSymbols(controlSymbols)
                .userDefinedSymbols(userDefinedSymbols)
                .build();
    }
}
