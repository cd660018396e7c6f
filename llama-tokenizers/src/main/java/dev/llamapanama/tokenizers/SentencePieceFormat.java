// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import dev.llamapanama.tokenizers.TokenizerDefinition.Particulars;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code tokenizer.model} of google/sentencepiece, a protobuf {@code ModelProto} (src/sentencepiece_model.proto). Only
 * BPE models: Llama 1 and 2, Code Llama and all that were trained in their manner.
 */
final class SentencePieceFormat implements TokenizerFormat {
    private static final List<String> MODEL_TYPES = List.of("unigram", "BPE", "word", "char");
    private static final int BPE = 2;
    private static final List<TokenType> PIECE_TYPES = List.of(
            TokenType.NORMAL,
            TokenType.UNKNOWN,
            TokenType.CONTROL,
            TokenType.USER_DEFINED,
            TokenType.UNUSED,
            TokenType.BYTE);

    /** The first field of a {@code ModelProto} is one of its five messages. */
    @Override
    public boolean recognises(byte[] content) {
        return content.length > 0 && List.of(0x0A, 0x12, 0x1A, 0x22, 0x2A).contains((int) content[0]);
    }

    @Override
    public TokenizerDefinition read(String source, byte[] content) {
        return new Reading(source).read(content);
    }

    /** One file being read; the fields begin at the defaults of the format. */
    private static final class Reading {
        private final String source;
        private final List<String> pieces = new ArrayList<>();
        private final List<TokenType> types = new ArrayList<>();
        private final List<Float> scores = new ArrayList<>();
        private long modelType = 1;
        private boolean byteFallback;
        private boolean spaceAsSuffix;
        private String unknownSurface = Particulars.UNKNOWN_SURFACE;
        private String bos = "<s>";
        private String eos = "</s>";
        private String pad = "<pad>";
        private boolean addDummyPrefix = true;
        private boolean removeExtraWhitespaces = true;
        private boolean escapeWhitespaces = true;
        private ByteBuffer characterMap = ByteBuffer.allocate(0);

        Reading(String source) {
            this.source = source;
        }

        TokenizerDefinition read(byte[] content) {
            ProtobufReader model = new ProtobufReader(source, "ModelProto", ByteBuffer.wrap(content));
            while (model.next()) {
                switch (model.field()) {
                    case 1 -> piece(model.message("pieces[" + pieces.size() + "]"));
                    case 2 -> trainer(model.message("trainer_spec"));
                    case 3 -> normalizer(model.message("normalizer_spec"));
                    case 5 -> denormalizer(model.message("denormalizer_spec"));
                    default -> {}
                }
            }
            check();
            return definition();
        }

        private void piece(ProtobufReader piece) {
            String spelling = "";
            float score = 0;
            long type = 1;
            while (piece.next()) {
                switch (piece.field()) {
                    case 1 -> spelling = piece.string();
                    case 2 -> score = piece.float32();
                    case 3 -> type = piece.integer();
                    default -> {}
                }
            }
            if (type < 1 || type > PIECE_TYPES.size()) {
                throw new TokenizerException(source, "pieces[" + pieces.size() + "] type", type, "1 to 6");
            }
            pieces.add(spelling);
            scores.add(score);
            types.add(PIECE_TYPES.get((int) type - 1));
        }

        private void trainer(ProtobufReader trainer) {
            while (trainer.next()) {
                switch (trainer.field()) {
                    case 3 -> modelType = trainer.integer();
                    case 24 -> spaceAsSuffix = trainer.bool();
                    case 35 -> byteFallback = trainer.bool();
                    case 44 -> unknownSurface = trainer.string();
                    case 46 -> bos = trainer.string();
                    case 47 -> eos = trainer.string();
                    case 48 -> pad = trainer.string();
                    default -> {}
                }
            }
        }

        private void normalizer(ProtobufReader normalizer) {
            while (normalizer.next()) {
                switch (normalizer.field()) {
                    case 2 -> characterMap = normalizer.bytes();
                    case 3 -> addDummyPrefix = normalizer.bool();
                    case 4 -> removeExtraWhitespaces = normalizer.bool();
                    case 5 -> escapeWhitespaces = normalizer.bool();
                    default -> {}
                }
            }
        }

        private void denormalizer(ProtobufReader denormalizer) {
            while (denormalizer.next()) {
                if (denormalizer.field() == 2) {
                    int size = denormalizer.bytes().remaining();
                    require(size == 0, "denormalizer_spec.precompiled_charsmap", size + " bytes", "none");
                }
            }
        }

        private void check() {
            boolean named = modelType >= 1 && modelType <= MODEL_TYPES.size();
            String found = named ? MODEL_TYPES.get((int) modelType - 1) : "number " + modelType;
            require(modelType == BPE, "trainer_spec.model_type", found, "BPE");
            require(!spaceAsSuffix, "trainer_spec.treat_whitespace_as_suffix", true, "false");
            require(escapeWhitespaces, "normalizer_spec.escape_whitespaces", false, "true");
            long bytes = types.stream().filter(TokenType.BYTE::equals).count();
            require(
                    bytes == (byteFallback ? 256 : 0),
                    "pieces of type BYTE",
                    bytes,
                    "256 with trainer_spec.byte_fallback, else none");
            long unknown = types.stream().filter(TokenType.UNKNOWN::equals).count();
            require(unknown == 1, "pieces of type UNKNOWN", unknown, "one");
        }

        private TokenizerDefinition definition() {
            int begin = control(bos);
            SpecialIds special = new SpecialIds(
                    begin, control(eos), types.indexOf(TokenType.UNKNOWN), control(pad), -1, -1, begin >= 0, false);
            return new TokenizerDefinition(
                    source,
                    "llama",
                    "",
                    pieces,
                    types,
                    scores,
                    List.of(),
                    special,
                    new Whitespace(addDummyPrefix, removeExtraWhitespaces),
                    null,
                    new Particulars(true, true, false, List.of(), characterMap, List.of(), Map.of(), unknownSurface));
        }

        /** SentencePiece looks special pieces up by their spelling, whatever trainer_spec says of ids. */
        private int control(String spelling) {
            int id = pieces.indexOf(spelling);
            return id >= 0 && types.get(id) == TokenType.CONTROL ? id : -1;
        }

        private void require(boolean condition, String field, Object found, String expected) {
            Require.that(condition, source, field, found, expected);
        }
    }
}
