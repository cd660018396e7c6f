// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** Small vocabularies, made in the test that needs them. */
final class DefinitionBuilder {
    private final String model;
    private String preTokenizer = "";
    private final List<String> pieces = new ArrayList<>();
    private final List<TokenType> types = new ArrayList<>();
    private final List<Float> scores = new ArrayList<>();
    private final List<String> merges = new ArrayList<>();
    private SpecialIds special = new SpecialIds(-1, -1, -1, -1, -1, -1, false, false);
    private Whitespace whitespace = new Whitespace(false, false);

    private DefinitionBuilder(String model) {
        this.model = model;
    }

    /** Ids 0 to 2 are {@code <unk>}, {@code <s>} and {@code </s>}; no dummy prefix, no white space removed. */
    static DefinitionBuilder sentencePiece() {
        DefinitionBuilder builder = new DefinitionBuilder("llama");
        builder.special = new SpecialIds(1, 2, 0, -1, -1, -1, true, false);
        return builder.piece("<unk>", TokenType.UNKNOWN, 0)
                .piece("<s>", TokenType.CONTROL, 0)
                .piece("</s>", TokenType.CONTROL, 0);
    }

    /** Ids 0 to 255 are the bytes. */
    static DefinitionBuilder byteLevel(String preTokenizer) {
        DefinitionBuilder builder = new DefinitionBuilder("gpt2");
        builder.preTokenizer = preTokenizer;
        IntStream.range(0, 256).forEach(b -> builder.token((byte) b));
        return builder;
    }

    static DefinitionBuilder empty(String model, String preTokenizer) {
        DefinitionBuilder builder = new DefinitionBuilder(model);
        builder.preTokenizer = preTokenizer;
        return builder;
    }

    DefinitionBuilder piece(String piece, TokenType type, float score) {
        pieces.add(piece);
        types.add(type);
        scores.add(score);
        return this;
    }

    /** Normal pieces, each with a lower score than the one before. */
    DefinitionBuilder pieces(String... spellings) {
        for (String spelling : spellings) {
            piece(spelling, TokenType.NORMAL, -pieces.size());
        }
        return this;
    }

    /** A token for every byte, as SentencePiece spells them. */
    DefinitionBuilder byteFallback() {
        HexFormat hex = HexFormat.of().withUpperCase();
        IntStream.range(0, 256).forEach(b -> piece("<0x" + hex.toHexDigits((byte) b) + ">", TokenType.BYTE, 0));
        return this;
    }

    /** A normal token of byte-level BPE. */
    DefinitionBuilder token(byte... bytes) {
        return piece(ByteAlphabet.spell(bytes), TokenType.NORMAL, 0);
    }

    DefinitionBuilder merges(String... pairs) {
        merges.addAll(List.of(pairs));
        return this;
    }

    DefinitionBuilder special(SpecialIds ids) {
        special = ids;
        return this;
    }

    DefinitionBuilder whitespace(boolean addDummyPrefix, boolean removeExtraWhitespaces) {
        whitespace = new Whitespace(addDummyPrefix, removeExtraWhitespaces);
        return this;
    }

    int size() {
        return pieces.size();
    }

    TokenizerDefinition definition() {
        return new TokenizerDefinition(
                "test",
                model,
                preTokenizer,
                pieces,
                types,
                model.equals("llama") ? scores : List.of(),
                merges,
                special,
                whitespace,
                null);
    }

    Tokenizer tokenizer() {
        return Tokenizers.of(definition());
    }
}
