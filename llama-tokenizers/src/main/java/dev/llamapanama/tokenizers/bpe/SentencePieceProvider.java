// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.AddedToken;
import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerException;
import dev.llamapanama.tokenizers.TokenizerProvider;
import dev.llamapanama.tokenizers.bpe.Utf8StreamDecoder.Broken;
import dev.llamapanama.tokenizers.bpe.Utf8StreamDecoder.LeadingSpaces;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * SentencePiece BPE: Llama 1 and 2, Code Llama, llama2.c. It splits nothing beforehand, so that any pre-tokenizer's
 * name will do.
 */
public final class SentencePieceProvider implements TokenizerProvider {
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
        Parts parts = new Parts(definition);
        return definition.scores().isEmpty() ? parts.listed() : parts.scored();
    }

    /** What tokenizers are made of whether merges go by scores or by a list. */
    private static final class Parts {
        private final TokenizerDefinition definition;
        private final Vocabulary vocabulary;
        private final SpecialTokens special;
        private final SentencePieceRules rules;
        private final UnknownCharacters unknown;

        Parts(TokenizerDefinition definition) {
            this.definition = definition;
            vocabulary = new Vocabulary(definition, (piece, type) -> bytes(definition, piece, type));
            special = SpecialTokens.of(definition);
            rules = SentencePieceRules.of(vocabulary, definition);
            unknown = UnknownCharacters.of(
                    vocabulary, special, definition.particulars().fuseUnknown());
        }

        /** As SentencePiece reads its own files, with what Hugging Face adds to them. */
        Tokenizer scored() {
            if (!definition.particulars().normalizations().isEmpty()) {
                throw new TokenizerException(
                        definition.source(), "normalizations", "some", "none where pieces have scores");
            }
            TextEncoder pieces = encoder(userDefined(definition));
            LeadingSpaces leading = definition.whitespace().removeExtraWhitespaces()
                    ? LeadingSpaces.OF_PIECES
                    : leading(LeadingSpaces.OF_PIECE);
            return tokenizer(
                    AddedTokenCutter.added(definition, pieces),
                    AddedTokenCutter.controlAndAdded(definition, pieces),
                    Broken.AT_EVERY_PIECE,
                    leading);
        }

        /** As Hugging Face reads {@code tokenizer.json}. */
        Tokenizer listed() {
            return tokenizer(
                    AddedTokenCutter.plain(definition, encoder(normalized(definition, AddedTokenCutter.USER_DEFINED))),
                    AddedTokenCutter.parsing(definition, encoder(normalized(definition, AddedTokenCutter.ADDED))),
                    Broken.EACH_BYTE,
                    leading(LeadingSpaces.FIRST));
        }

        private LeadingSpaces leading(LeadingSpaces ofPrefix) {
            return definition.whitespace().addDummyPrefix() ? ofPrefix : LeadingSpaces.KEPT;
        }

        private TextEncoder encoder(SpellingMatcher matched) {
            SpaceNormalizer normalizer = new SpaceNormalizer(definition.whitespace(), characterMap(matched));
            return new SentencePieceEncoder(vocabulary, rules, normalizer, matched, unknown);
        }

        private @Nullable CharacterMap characterMap(SpellingMatcher kept) {
            ByteBuffer content = definition.particulars().characterMap();
            if (content.hasRemaining()) {
                return new CharacterMap(definition.source(), content, kept);
            }
            boolean keepsSpaces = definition.whitespace().removeExtraWhitespaces()
                    && vocabulary
                            .idsOf(AddedTokenCutter.USER_DEFINED)
                            .anyMatch(id -> vocabulary.piece(id).contains("  "));
            return keepsSpaces ? CharacterMap.identity(kept) : null;
        }

        private Tokenizer tokenizer(TextEncoder plain, TextEncoder parsing, Broken broken, LeadingSpaces leading) {
            return new BpeTokenizer(
                    vocabulary,
                    special,
                    TextLimits.NONE,
                    plain,
                    parsing,
                    () -> new Utf8StreamDecoder(vocabulary, broken, leading));
        }
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
