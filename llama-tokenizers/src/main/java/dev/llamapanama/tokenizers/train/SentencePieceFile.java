// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.TokenType;
import java.util.List;

/**
 * Writes a {@code ModelProto} of google/sentencepiece (src/sentencepiece_model.proto). Values that are the format's
 * defaults are left out, as SentencePiece itself leaves out those that nobody asked for.
 */
final class SentencePieceFile {
    private static final int BPE = 2;

    private SentencePieceFile() {}

    static byte[] bytes(SpecialPieces special, List<String> learned, SentencePieceOptions options) {
        ProtobufMessage model = new ProtobufMessage();
        for (int id = 0; id < special.size(); id++) {
            model.message(
                    1,
                    piece(special.spellings().get(id), 0)
                            .integer(3, number(special.types().get(id))));
        }
        for (int i = 0; i < learned.size(); i++) {
            model.message(1, piece(learned.get(i), -(float) i));
        }
        return model.message(2, trainer(options)).message(3, normalizer()).toBytes();
    }

    /** The piece; without a type it is a normal one. */
    private static ProtobufMessage piece(String spelling, float score) {
        return new ProtobufMessage().string(1, spelling).float32(2, score);
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
