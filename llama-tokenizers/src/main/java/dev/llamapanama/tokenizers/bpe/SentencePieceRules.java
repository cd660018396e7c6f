// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * Which symbols merge to which piece, derived from the pieces and their scores: any two symbols whose spellings joined
 * are a piece. A symbol is the id of a piece, or stands for a character that is no piece but is part of one.
 */
final class SentencePieceRules {
    private static final Set<TokenType> TEXT = Set.of(TokenType.NORMAL, TokenType.USER_DEFINED, TokenType.UNUSED);

    private final Vocabulary vocabulary;
    private final PairTable merges = new PairTable();
    private final CharacterTable characters = new CharacterTable();
    private final BitSet unused = new BitSet();
    private boolean wordsStandAlone = true;
    private final IntList extraCharacters = new IntList();

    SentencePieceRules(Vocabulary vocabulary, List<Float> scores) {
        this.vocabulary = vocabulary;
        int[] priorities = priorities(vocabulary, scores);
        addCharacters();
        for (int id = 0; id < vocabulary.size(); id++) {
            if (TEXT.contains(vocabulary.type(id))) {
                unused.set(id, vocabulary.type(id) == TokenType.UNUSED);
                addMerges(id, priorities[id]);
            }
        }
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

    private void addCharacters() {
        for (int id = 0; id < vocabulary.size(); id++) {
            String piece = vocabulary.piece(id);
            if (isCharacter(piece, 0, piece.length()) && TEXT.contains(vocabulary.type(id))) {
                characters.put(piece.codePointAt(0), id);
            }
        }
    }

    private static boolean isCharacter(String text, int start, int end) {
        return end - start == Character.charCount(text.codePointAt(start));
    }

    private void addMerges(int id, int priority) {
        String piece = vocabulary.piece(id);
        long rule = SymbolList.rule(priority, id);
        for (int cut = piece.offsetByCodePoints(0, 1); cut < piece.length(); cut = piece.offsetByCodePoints(cut, 1)) {
            int left = symbol(piece, 0, cut);
            int right = symbol(piece, cut, piece.length());
            if (left >= 0 && right >= 0) {
                merges.putIfAbsent(left, right, rule);
            }
            wordsStandAlone &= !beginsWord(piece, cut);
        }
    }

    private int symbol(String piece, int start, int end) {
        if (isCharacter(piece, start, end)) {
            int codePoint = piece.codePointAt(start);
            if (characters.get(codePoint) == CharacterTable.NONE) {
                characters.put(codePoint, vocabulary.size() + extraCharacters.size());
                extraCharacters.add(codePoint);
            }
            return characters.get(codePoint);
        }
        int id = vocabulary.ids().get(piece, start, end);
        return id >= 0 && TEXT.contains(vocabulary.type(id)) ? id : -1;
    }

    /** Whether a word begins at a place within a text: a space after something else. */
    static boolean beginsWord(String text, int at) {
        return text.charAt(at) == SpaceNormalizer.SPACE && text.charAt(at - 1) != SpaceNormalizer.SPACE;
    }

    /**
     * Whether each word can be encoded without the others, because no piece reaches from one into the next. True of
     * every vocabulary that was trained with SentencePiece's default of splitting at spaces.
     */
    boolean wordsStandAlone() {
        return wordsStandAlone && unused.isEmpty();
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

    /** The pieces of type {@link TokenType#UNUSED}. */
    BitSet unused() {
        return unused;
    }
}
