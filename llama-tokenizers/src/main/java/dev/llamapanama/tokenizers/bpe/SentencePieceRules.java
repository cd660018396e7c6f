// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * Which symbols merge to which piece: those that the definition lists, or, where it has scores, any two symbols whose
 * spellings joined are a piece. A symbol is the id of a piece, or stands for a character that is no piece but is part of one.
 */
final class SentencePieceRules {
    private static final Set<TokenType> TEXT = Set.of(TokenType.NORMAL, TokenType.USER_DEFINED, TokenType.UNUSED);

    private static final Set<TokenType> LISTED_TEXT = Set.of(TokenType.NORMAL, TokenType.USER_DEFINED);

    private final Vocabulary vocabulary;
    private final Set<TokenType> text;
    private final IntPredicate conditional;
    private final boolean everySpaceBeginsWord;
    private final PairTable merges = new PairTable();
    private final CharacterTable characters = new CharacterTable();
    private final List<Integer> extraCharacters = new ArrayList<>();
    private final BitSet unused = new BitSet();
    private boolean wordsStandAlone = true;

    private SentencePieceRules(Vocabulary vocabulary, TokenizerDefinition definition, Set<TokenType> text) {
        this.vocabulary = vocabulary;
        this.text = text;
        conditional = AddedTokenCutter.conditional(definition);
        everySpaceBeginsWord = definition.particulars().splitSpaces();
        forEachText(this::noteCharacterOrWords);
    }

    /** @throws TokenizerException where there isn't a score for every piece, and no merges in their place */
    static SentencePieceRules of(Vocabulary vocabulary, TokenizerDefinition definition) {
        return definition.scores().isEmpty() && !definition.merges().isEmpty()
                ? listed(vocabulary, definition)
                : scored(vocabulary, definition);
    }

    /** As Hugging Face writes such vocabularies down: pairs, made of the scores once. */
    private static SentencePieceRules listed(Vocabulary vocabulary, TokenizerDefinition definition) {
        SentencePieceRules rules = new SentencePieceRules(vocabulary, definition, LISTED_TEXT);
        new ListedMerges(vocabulary, LISTED_TEXT).addTo(rules.merges, definition.merges());
        return rules;
    }

    private static SentencePieceRules scored(Vocabulary vocabulary, TokenizerDefinition definition) {
        int[] priorities = priorities(vocabulary, definition.scores());
        SentencePieceRules rules = new SentencePieceRules(vocabulary, definition, TEXT);
        rules.forEachText(id -> {
            rules.unused.set(id, vocabulary.type(id) == TokenType.UNUSED);
            rules.addMerges(id, priorities[id]);
        });
        return rules;
    }

    private void forEachText(IntConsumer action) {
        vocabulary.idsOf(text).filter(conditional.negate()).forEach(action);
    }

    /** Priorities from 0, the highest score first, equal ones for equal scores. */
    private static int[] priorities(Vocabulary vocabulary, List<Float> scores) {
        if (scores.size() != vocabulary.size()) {
            throw new TokenizerException(
                    vocabulary.source(), "scores", scores.size(), "as many as tokens: " + vocabulary.size());
        }
        int nan = scores.indexOf(Float.NaN);
        if (nan >= 0) {
            throw new TokenizerException(vocabulary.source(), "score of token " + nan, Float.NaN, "a number");
        }
        // + 0 makes −0, which compares below 0, the same score.
        double[] ascending = scores.stream()
                .mapToDouble(score -> score + 0f)
                .sorted()
                .distinct()
                .toArray();
        return scores.stream()
                .mapToInt(score -> ascending.length - 1 - Arrays.binarySearch(ascending, score + 0f))
                .toArray();
    }

    private void noteCharacterOrWords(int id) {
        char[] piece = vocabulary.piece(id).toCharArray();
        if (CharacterClass.after(piece, 0) == piece.length) {
            characters.put(Character.codePointAt(piece, 0), id);
        }
        for (int at = 1; at < piece.length; at++) {
            wordsStandAlone &= !beginsWord(piece, at);
        }
    }

    private void addMerges(int id, int priority) {
        char[] piece = vocabulary.piece(id).toCharArray();
        long rule = SymbolList.rule(priority, id);
        for (int cut = CharacterClass.after(piece, 0); cut < piece.length; cut = CharacterClass.after(piece, cut)) {
            int left = symbol(piece, 0, cut);
            int right = symbol(piece, cut, piece.length);
            if (left >= 0 && right >= 0) {
                merges.putIfAbsent(left, right, rule);
            }
        }
    }

    private int symbol(char[] piece, int start, int end) {
        if (CharacterClass.after(piece, start) == end) {
            int codePoint = Character.codePointAt(piece, start);
            if (characters.get(codePoint) == CharacterTable.NONE) {
                characters.put(codePoint, vocabulary.size() + extraCharacters.size());
                extraCharacters.add(codePoint);
            }
            return characters.get(codePoint);
        }
        int id = vocabulary.ids().get(piece, start, end);
        return id >= 0 && text.contains(vocabulary.type(id)) ? id : -1;
    }

    /** Whether a word begins at a place within a text: a space after something else, or any where the definition says so. */
    boolean beginsWord(char[] text, int at) {
        return text[at] == SpaceNormalizer.SPACE && (everySpaceBeginsWord || text[at - 1] != SpaceNormalizer.SPACE);
    }

    /**
     * Whether each word can be encoded without the others, because no piece reaches from one into the next. True of
     * every vocabulary that was trained with SentencePiece's default of splitting at spaces.
     */
    boolean wordsStandAlone() {
        return everySpaceBeginsWord || (wordsStandAlone && unused.isEmpty());
    }

    /** Whether no word has to do with what stands before it, spaces included. */
    boolean everySpaceBeginsWord() {
        return everySpaceBeginsWord;
    }

    PairTable merges() {
        return merges;
    }

    /** The symbol of a character, or a negative number where no piece holds that character. */
    int symbolOf(int codePoint) {
        return characters.get(codePoint);
    }

    /** The character of a symbol that is not the id of a piece. */
    int characterOf(int symbol) {
        return extraCharacters.get(symbol - vocabulary.size());
    }

    /** The length of a symbol's spelling. */
    int lengthOf(int symbol) {
        return symbol < vocabulary.size()
                ? vocabulary.piece(symbol).length()
                : Character.charCount(characterOf(symbol));
    }

    /** The pieces of type {@link TokenType#UNUSED}. */
    BitSet unused() {
        return unused;
    }
}
