// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.AddedToken;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerDefinition.DummyPrefix;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Cuts tokens out of the text as it stands, the leftmost first and of those the longest, and has what is between them
 * encoded, each stretch alone (huggingface/tokenizers, src/tokenizer/added_vocabulary.rs).
 */
final class AddedTokenCutter implements TextEncoder {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;

    /** What is cut out of text in which no control token is recognised. */
    static final Set<TokenType> USER_DEFINED = Set.of(TokenType.USER_DEFINED);

    /** What is cut out of text in which they are. */
    static final Set<TokenType> ADDED = Set.of(TokenType.CONTROL, TokenType.UNKNOWN, TokenType.USER_DEFINED);

    private static final AddedToken PLAIN = new AddedToken(-1, false, false, false, false);

    private final SpellingMatcher spellings = new SpellingMatcher();
    private final Map<Integer, AddedToken> flagged = new HashMap<>();
    private final IntPredicate isLeft;
    private final TextEncoder between;

    private AddedTokenCutter(
            TokenizerDefinition definition,
            UnaryOperator<String> spelling,
            IntPredicate cut,
            IntPredicate left,
            TextEncoder between) {
        this.isLeft = left;
        this.between = between;
        for (int id = 0; id < definition.pieces().size(); id++) {
            if (cut.test(id) || left.test(id)) {
                spellings.add(spelling.apply(definition.pieces().get(id)), id);
            }
        }
        definition.particulars().addedTokens().forEach(token -> flagged.put(token.id(), token));
    }

    /**
     * Cuts out control tokens and {@linkplain #added added ones}. Of what begins at the same place, longer user-defined pieces
     * of SentencePiece are left as they are.
     */
    static TextEncoder controlAndAdded(TokenizerDefinition definition, TextEncoder between) {
        IntPredicate left =
                isOf(definition, USER_DEFINED).and(conditional(definition).negate());
        IntPredicate cut = isOf(definition, ADDED).and(left.negate());
        return new AddedTokenCutter(definition, UnaryOperator.identity(), cut, left, between);
    }

    /** Cuts out what Hugging Face added to the user-defined pieces of SentencePiece, which are looked for later. */
    static TextEncoder added(TokenizerDefinition definition, TextEncoder between) {
        IntPredicate cut = isOf(definition, USER_DEFINED).and(conditional(definition));
        return new AddedTokenCutter(definition, UnaryOperator.identity(), cut, id -> false, between);
    }

    /** Cuts out user-defined tokens. */
    static TextEncoder plain(TokenizerDefinition definition, TextEncoder between) {
        return inOrder(definition, isOf(definition, USER_DEFINED), between);
    }

    /** Cuts out user-defined and control tokens. */
    static TextEncoder parsing(TokenizerDefinition definition, TextEncoder between) {
        return inOrder(definition, isOf(definition, ADDED), between);
    }

    /** Tokens for normalized text come after the others, spelled as it is. */
    private static TextEncoder inOrder(TokenizerDefinition definition, IntPredicate cut, TextEncoder between) {
        Set<Integer> late = definition.particulars().addedTokens().stream()
                .filter(AddedToken::normalized)
                .map(AddedToken::id)
                .collect(Collectors.toSet());
        IntPredicate none = id -> false;
        IntPredicate here = id -> late.contains(id) && !spacesAreNormalized(definition);
        TextNormalizer normalizer = TextNormalizer.of(definition);
        TextEncoder normalized = late.isEmpty()
                ? between
                : new AddedTokenCutter(definition, normalizer::normalize, cut.and(here), none, between);
        return new AddedTokenCutter(
                definition,
                UnaryOperator.identity(),
                cut.and(id -> !late.contains(id)),
                none,
                normalizer.isEmpty() ? normalized : new NormalizingEncoder(normalizer, normalized));
    }

    /**
     * Whether text that counts as normalized has U+2581 in place of spaces and one before it, so that tokens are found there
     * rather than here. {@code Metaspace}, which does the same, is no normalizer.
     */
    static boolean spacesAreNormalized(TokenizerDefinition definition) {
        return definition.model().equals("llama") && definition.whitespace().dummyPrefix() == DummyPrefix.EVERY;
    }

    /** The added tokens that no text is where they aren't found in it. */
    static IntPredicate conditional(TokenizerDefinition definition) {
        if (!definition.particulars().normalizations().isEmpty()) {
            return isOf(definition, USER_DEFINED);
        }
        return definition.particulars().addedTokens().stream()
                .map(AddedToken::id)
                .collect(Collectors.toSet())::contains;
    }

    private static IntPredicate isOf(TokenizerDefinition definition, Set<TokenType> types) {
        return id -> types.contains(definition.types().get(id));
    }

    @Override
    public void encode(char[] text, int from, int to, TokenSink sink) {
        int begin = from;
        int searched = from;
        for (var match = spellings.next(text, from, to); match != null; match = spellings.next(text, searched, to)) {
            searched = match.end();
            AddedToken token = flagged.getOrDefault(match.id(), PLAIN);
            if (!isLeft.test(match.id()) && !(token.singleWord() && isWithinWord(text, match, from, to))) {
                int start = Math.max(begin, token.lstrip() ? spaceBefore(text, match.start(), begin) : match.start());
                between.encode(text, begin, start, sink);
                begin = token.rstrip() ? CharacterClass.run(text, match.end(), to, CharacterClass.WHITE) : match.end();
                sink.add(match.id(), start, begin);
            }
        }
        between.encode(text, begin, to, sink);
    }

    private static int spaceBefore(char[] text, int end, int begin) {
        int at = end;
        while (at > begin && !Character.isLowSurrogate(text[at - 1]) && isWhite(text, at - 1)) {
            at--;
        }
        return at;
    }

    private static boolean isWhite(char[] text, int at) {
        return (CharacterClass.at(text, at) & CharacterClass.WHITE) != 0;
    }

    private static boolean isWithinWord(char[] text, SpellingMatcher.Match match, int from, int to) {
        boolean after = match.start() > from && isOfWord(Character.codePointBefore(text, match.start(), from));
        return after || (match.end() < to && isOfWord(Character.codePointAt(text, match.end(), to)));
    }

    /** {@code \w} of Unicode's regular expressions (UTS 18, annex C). */
    private static boolean isOfWord(int codePoint) {
        return Character.isAlphabetic(codePoint)
                || codePoint == ZERO_WIDTH_NON_JOINER
                || codePoint == ZERO_WIDTH_NON_JOINER + 1
                || switch (Character.getType(codePoint)) {
                    case Character.NON_SPACING_MARK,
                            Character.ENCLOSING_MARK,
                            Character.COMBINING_SPACING_MARK,
                            Character.DECIMAL_DIGIT_NUMBER,
                            Character.CONNECTOR_PUNCTUATION -> true;
                    default -> false;
                };
    }
}
