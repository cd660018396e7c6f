// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;

/**
 * Writes a {@code ModelProto} of google/sentencepiece (src/sentencepiece_model.proto). Values that are the format's
 * defaults are left out, as SentencePiece itself leaves out those that nobody asked for.
 */
final class SentencePieceFile {
    private static final int BPE = 2;

    private SentencePieceFile() {}

    static byte[] bytes(TokenizerDefinition definition, SentencePieceOptions options) {
        ProtobufMessage model = new ProtobufMessage();
        for (int id = 0; id < definition.pieces().size(); id++) {
            model.message(1, piece(definition, id));
        }
        return model.message(2, trainer(options)).message(3, normalizer()).toBytes();
    }

    private static ProtobufMessage piece(TokenizerDefinition definition, int id) {
        ProtobufMessage piece = new ProtobufMessage()
                .string(1, definition.pieces().get(id))
                .float32(2, definition.scores().get(id));
        TokenType type = definition.types().get(id);
        return type == TokenType.NORMAL ? piece : piece.integer(3, number(type));
    }

    private static int number(TokenType type) {
        return switch (type) {
            case NORMAL -> 1;
            case UNKNOWN -> 2;
            case CONTROL -> 3;
            case USER_DEFINED -> 4;
            case UNUSED -> 5;
            case BYTE -> 6;
        };
    }

    private static ProtobufMessage trainer(SentencePieceOptions options) {
        return new ProtobufMessage()
                .integer(3, BPE)
                .integer(4, options.vocabularySize())
                .float32(10, (float) options.characterCoverage())
                .integer(18, options.maxLineBytes())
                .integer(20, options.maxPieceLength())
                .bool(25, options.splitDigits())
                .bool(26, options.whitespacePieces())
                .strings(30, options.controlSymbols())
                .strings(31, options.userDefinedSymbols())
                .bool(35, options.byteFallback());
    }

    private static ProtobufMessage normalizer() {
        return new ProtobufMessage()
                .string(1, "identity")
                .string(2, "")
                .bool(3, true)
                .bool(4, false);
    }
}
