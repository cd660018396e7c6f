// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.ByteBuffer;
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

    /** A vocabulary from elsewhere; of how it was trained nothing is said. */
    static byte[] bytes(TokenizerDefinition definition) {
        ProtobufMessage model = new ProtobufMessage();
        for (int id = 0; id < definition.pieces().size(); id++) {
            ProtobufMessage piece =
                    piece(definition.pieces().get(id), definition.scores().get(id));
            model.message(1, piece.integer(3, number(definition.types().get(id))));
        }
        ProtobufMessage trainer = new ProtobufMessage()
                .integer(3, BPE)
                .integer(4, definition.pieces().size())
                .bool(35, definition.types().contains(TokenType.BYTE))
                .string(44, definition.particulars().unknownSurface())
                .string(46, spelling(definition, definition.special().bos(), "<s>"))
                .string(47, spelling(definition, definition.special().eos(), "</s>"))
                .string(48, spelling(definition, definition.special().pad(), "<pad>"));
        ByteBuffer map = definition.particulars().characterMap();
        byte[] characters = new byte[map.remaining()];
        map.get(characters);
        ProtobufMessage normalizer = new ProtobufMessage()
                .string(1, characters.length == 0 ? "identity" : "custom")
                .bytes(2, characters)
                .bool(3, definition.whitespace().addDummyPrefix())
                .bool(4, definition.whitespace().removeExtraWhitespaces());
        return model.message(2, trainer).message(3, normalizer).toBytes();
    }

    private static String spelling(TokenizerDefinition definition, int id, String otherwise) {
        return id < 0 ? otherwise : definition.pieces().get(id);
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
