// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerException;
import dev.llamapanama.tokenizers.TokenizerProvider;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * SentencePiece BPE: Llama 1 and 2, Code Llama, llama2.c. It splits nothing beforehand, so that any pre-tokenizer's
 * name will do.
 */
public final class SentencePieceProvider implements TokenizerProvider {
    /** What SentencePiece prints for the unknown token by default ({@code trainer_spec.unk_surface}). */
    private static final byte[] UNKNOWN = " \u2047 ".getBytes(StandardCharsets.UTF_8);

    private static final byte[] NOTHING = {};

    @Override
    public String knows() {
        return "'llama' (SentencePiece BPE)";
    }

    @Override
    public boolean supports(TokenizerDefinition definition) {
        return definition.model().equals("llama");
    }

    @Override
    public Tokenizer create(TokenizerDefinition definition) {
        String source = definition.source();
        Vocabulary vocabulary = new Vocabulary(definition, (piece, type) -> bytes(source, piece, type));
        SpecialTokens special = SpecialTokens.of(definition);
        boolean scored = !definition.scores().isEmpty();
        SpellingMatcher matched = matched(definition);
        TextEncoder pieces = new SentencePieceEncoder(
                vocabulary,
                SentencePieceRules.of(vocabulary, definition),
                new SpaceNormalizer(definition.whitespace(), characterMap(definition, matched)),
                matched,
                UnknownCharacters.of(
                        vocabulary, special, definition.particulars().fuseUnknown()));
        boolean strip = definition.whitespace().addDummyPrefix();
        return new BpeTokenizer(
                vocabulary,
                special,
                TextLimits.NONE,
                scored ? pieces : AddedTokenCutter.plain(definition, pieces),
                scored ? AddedTokenCutter.control(definition, pieces) : AddedTokenCutter.parsing(definition, pieces),
                () -> new Utf8StreamDecoder(vocabulary, Utf8StreamDecoder.Broken.EACH_BYTE, strip));
    }

    /** SentencePiece looks for user-defined pieces where it has normalised the text, Hugging Face mostly before it does. */
    private static SpellingMatcher matched(TokenizerDefinition definition) {
        SpellingMatcher matcher = new SpellingMatcher();
        if (!definition.scores().isEmpty()) {
            for (int id = 0; id < definition.pieces().size(); id++) {
                if (definition.types().get(id) == TokenType.USER_DEFINED) {
                    matcher.add(definition.pieces().get(id), id);
                }
            }
        }
        return matcher;
    }

    private static @Nullable CharacterMap characterMap(TokenizerDefinition definition, SpellingMatcher kept) {
        ByteBuffer content = definition.particulars().characterMap();
        return content.hasRemaining() ? new CharacterMap(definition.source(), content, kept) : null;
    }

    private static byte[] bytes(String source, String piece, TokenType type) {
        return switch (type) {
            case NORMAL, USER_DEFINED, UNUSED ->
                piece.replace(SpaceNormalizer.SPACE, ' ').getBytes(StandardCharsets.UTF_8);
            case BYTE ->
                new byte[] {
                    (byte) TokenType.byteOf(piece)
                            .orElseThrow(() -> new TokenizerException(
                                    source, "token of type BYTE", '"' + piece + '"', "a spelling like <0x0A>"))
                };
            case UNKNOWN -> UNKNOWN;
            case CONTROL -> NOTHING;
        };
    }
}
