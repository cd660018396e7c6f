// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.TokenType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * SentencePiece BPE (Kudo and Richardson 2018; google/sentencepiece src/bpe_model.cc): of all neighbours whose
 * spellings joined are a piece, those with the highest score are merged first, of equals the leftmost. User-defined
 * pieces are matched before that, the longest at a place, and merged with nothing. What remains without a piece becomes
 * the tokens of its UTF-8 bytes, or, in a vocabulary without such tokens, one unknown token for a run of it.
 */
final class SentencePieceEncoder implements TextEncoder {
    private final Vocabulary vocabulary;
    private final SentencePieceRules rules;
    private final SpaceNormalizer normalizer;
    private final SpellingMatcher userDefined;
    private final UnknownCharacters unknown;

    SentencePieceEncoder(
            Vocabulary vocabulary, SentencePieceRules rules, SpaceNormalizer normalizer, UnknownCharacters unknown) {
        this.vocabulary = vocabulary;
        this.rules = rules;
        this.normalizer = normalizer;
        this.userDefined = new SpellingMatcher(vocabulary, Set.of(TokenType.USER_DEFINED));
        this.unknown = unknown;
    }

    @Override
    public void encode(String text, boolean first, IntList ids) {
        new Run(normalizer.normalize(text, first), ids).encode();
    }

    /** The encoding of one text. */
    private final class Run {
        private final String text;
        private final IntList ids;
        private final @Nullable ReverseMerges reverse =
                rules.unused().isEmpty() ? null : new ReverseMerges(rules.unused());
        private final SymbolList symbols = new SymbolList(rules.merges(), reverse);
        private boolean afterUnknown;

        Run(String text, IntList ids) {
            this.text = text;
            this.ids = ids;
        }

        void encode() {
            for (int at = 0; at < text.length(); ) {
                symbols.clear();
                at = addStretch(at);
                symbols.mergeAll();
                for (int i = symbols.first(); i != SymbolList.END; i = symbols.next(i)) {
                    write(symbols.symbol(i), symbols.origin(i));
                }
            }
        }

        /**
         * Adds the symbols of the text from a place on: one word where that is enough, else all. Returns where they
         * end.
         */
        private int addStretch(int start) {
            int at = start;
            do {
                var match = userDefined.at(text, at);
                if (match != null) {
                    symbols.add(SymbolList.fixed(match.id()), at);
                    at = match.end();
                } else {
                    int codePoint = text.codePointAt(at);
                    symbols.add(rules.symbolOf(codePoint), at);
                    at += Character.charCount(codePoint);
                }
            } while (at < text.length() && !(rules.wordsStandAlone() && SentencePieceRules.beginsWord(text, at)));
            return at;
        }

        private void write(int symbol, int origin) {
            if (SymbolList.isFixed(symbol)) {
                writeId(SymbolList.fixedId(symbol));
            } else if (symbol < 0) {
                writeUnknown(text.codePointAt(origin));
            } else if (reverse != null) {
                reverse.takeApart(symbol, this::writeSymbol);
            } else {
                writeSymbol(symbol);
            }
        }

        private void writeSymbol(int symbol) {
            if (symbol < vocabulary.size()) {
                writeId(symbol);
            } else {
                writeUnknown(rules.characterOf(symbol));
            }
        }

        private void writeId(int id) {
            ids.add(id);
            afterUnknown = false;
        }

        private void writeUnknown(int codePoint) {
            unknown.write(codePoint, afterUnknown, ids);
            afterUnknown = true;
        }
    }
}
