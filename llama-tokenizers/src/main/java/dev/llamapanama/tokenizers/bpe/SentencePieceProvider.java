// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.AddedToken;
import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import dev.llamapanama.tokenizers.TokenizerException;
import dev.llamapanama.tokenizers.TokenizerProvider;
import dev.llamapanama.tokenizers.bpe.Utf8StreamDecoder.Broken;
import dev.llamapanama.tokenizers.bpe.Utf8StreamDecoder.LeadingSpaces;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * SentencePiece BPE: Llama 1 and 2, Code Llama, llama2.c. It splits nothing beforehand, so that any pre-tokenizer's
 * name will do.
 */
public final class SentencePieceProvider implements TokenizerProvider {
    private static final byte[] NOTHING = {};
    private static final Set<TokenType> USER_DEFINED = Set.of(TokenType.USER_DEFINED);
    private static final Set<TokenType> ADDED = Set.of(TokenType.CONTROL, TokenType.UNKNOWN, TokenType.USER_DEFINED);

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
        Vocabulary vocabulary = new Vocabulary(definition, (piece, type) -> bytes(definition, piece, type));
        SpecialTokens special = SpecialTokens.of(definition);
        boolean scored = !definition.scores().isEmpty();
        if (scored && !definition.particulars().normalizations().isEmpty()) {
            throw new TokenizerException(source, "normalizations", "some", "none where pieces have scores");
        }
        SentencePieceRules rules = SentencePieceRules.of(vocabulary, definition);
        UnknownCharacters unknown = UnknownCharacters.of(
                vocabulary, special, definition.particulars().fuseUnknown());
        Function<SpellingMatcher, TextEncoder> encoder = matched -> new SentencePieceEncoder(
                vocabulary,
                rules,
                new SpaceNormalizer(definition.whitespace(), characterMap(definition, matched)),
                matched,
                unknown);
        TextEncoder pieces = encoder.apply(scored ? userDefined(definition) : normalized(definition, USER_DEFINED));
        LeadingSpaces leading = leading(definition.whitespace(), scored);
        Broken broken = scored ? Broken.AT_EVERY_PIECE : Broken.EACH_BYTE;
        return new BpeTokenizer(
                vocabulary,
                special,
                TextLimits.NONE,
                scored ? AddedTokenCutter.added(definition, pieces) : AddedTokenCutter.plain(definition, pieces),
                scored
                        ? AddedTokenCutter.controlAndAdded(definition, pieces)
                        : AddedTokenCutter.parsing(definition, encoder.apply(normalized(definition, ADDED))),
                () -> new Utf8StreamDecoder(vocabulary, broken, leading));
    }

    private static LeadingSpaces leading(Whitespace whitespace, boolean scored) {
        if (scored && whitespace.removeExtraWhitespaces()) {
            return LeadingSpaces.OF_PIECES;
        }
        return !whitespace.addDummyPrefix()
                ? LeadingSpaces.KEPT
                : scored ? LeadingSpaces.OF_PIECE : LeadingSpaces.FIRST;
    }

    /** SentencePiece looks for user-defined pieces where it has normalized the text. */
    private static SpellingMatcher userDefined(TokenizerDefinition definition) {
        SpellingMatcher matcher = new SpellingMatcher();
        IntPredicate added = AddedTokenCutter.conditional(definition);
        for (int id = 0; id < definition.pieces().size(); id++) {
            if (definition.types().get(id) == TokenType.USER_DEFINED && !added.test(id)) {
                matcher.add(definition.pieces().get(id), id);
            }
        }
        return matcher;
    }

    /** Hugging Face looks for some added tokens there, whose spellings it normalizes as if they were texts. */
    private static SpellingMatcher normalized(TokenizerDefinition definition, Set<TokenType> types) {
        SpellingMatcher matcher = new SpellingMatcher();
        TextNormalizer normalizer = TextNormalizer.of(definition);
        for (AddedToken token : definition.particulars().addedTokens()) {
            boolean wanted = types.contains(definition.types().get(token.id()));
            if (wanted && token.normalized() && AddedTokenCutter.spacesAreNormalized(definition)) {
                String spelling = normalizer.normalize(definition.pieces().get(token.id()));
                matcher.add(SpaceNormalizer.SPACE + spelling.replace(' ', SpaceNormalizer.SPACE), token.id());
            }
        }
        return matcher;
    }

    private static @Nullable CharacterMap characterMap(TokenizerDefinition definition, SpellingMatcher kept) {
        ByteBuffer content = definition.particulars().characterMap();
        return content.hasRemaining() ? new CharacterMap(definition.source(), content, kept) : null;
    }

    private static byte[] bytes(TokenizerDefinition definition, String piece, TokenType type) {
        return switch (type) {
            case NORMAL, USER_DEFINED, UNUSED ->
                piece.replace(SpaceNormalizer.SPACE, ' ').getBytes(StandardCharsets.UTF_8);
            case BYTE ->
                new byte[] {
                    (byte) TokenType.byteOf(piece)
                            .orElseThrow(() -> new TokenizerException(
                                    definition.source(),
                                    "token of type BYTE",
                                    '"' + piece + '"',
                                    "a spelling like <0x0A>"))
                };
            case UNKNOWN -> definition.particulars().unknownSurface().getBytes(StandardCharsets.UTF_8);
            case CONTROL -> NOTHING;
        };
    }
}
