// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import org.jspecify.annotations.Nullable;

/**
 * SentencePiece BPE (Kudo and Richardson 2018; google/sentencepiece src/bpe_model.cc): of all neighbours whose
 * spellings joined are a piece, those with the highest score are merged first, of equals the leftmost. User-defined
 * pieces are matched before that, the longest at a place, and merged with nothing. What remains without a piece becomes
 * the tokens of its UTF-8 bytes, or, in a vocabulary without such tokens, the unknown token.
 */
final class SentencePieceEncoder implements TextEncoder {
    private final int vocabularySize;
    private final SentencePieceRules rules;
    private final SpaceNormalizer normalizer;
    private final SpellingMatcher userDefined;
    private final UnknownCharacters unknown;
    private final PartCache cache = new PartCache();

    /** @param userDefined what is matched in normalized text */
    SentencePieceEncoder(
            Vocabulary vocabulary,
            SentencePieceRules rules,
            SpaceNormalizer normalizer,
            SpellingMatcher userDefined,
            UnknownCharacters unknown) {
        this.vocabularySize = vocabulary.size();
        this.rules = rules;
        this.normalizer = normalizer;
        this.userDefined = userDefined;
        this.unknown = unknown;
    }

    @Override
    public void encode(char[] text, int from, int to, TokenSink sink) {
        new Run(normalizer.normalize(text, from, to, sink.wantsPlaces()), sink).encode();
    }

    /** The encoding of one text. */
    private final class Run {
        private final NormalizedText normalized;
        private final char[] text;
        private final int length;
        private final TokenSink sink;
        private final @Nullable ReverseMerges reverse =
                rules.unused().isEmpty() ? null : new ReverseMerges(rules.unused());
        private final SymbolList symbols = new SymbolList(rules.merges(), reverse);
        private boolean afterUnknown;

        Run(NormalizedText normalized, TokenSink sink) {
            this.normalized = normalized;
            this.text = normalized.letters();
            this.length = normalized.length();
            this.sink = sink;
        }

        /** One word at a time where no piece reaches from one into the next, else all at once. */
        void encode() {
            if (!rules.wordsStandAlone()) {
                encode(0, length, sink);
                return;
            }
            boolean remembers = userDefined.isEmpty() && !unknown.isFused() && !sink.wantsPlaces();
            int end;
            for (int at = 0; at < length; at = end) {
                end = endOfWord(at);
                afterUnknown &= !rules.everySpaceBeginsWord();
                if (remembers) {
                    remember(at, end);
                } else {
                    encode(at, end, sink);
                }
            }
        }

        private int endOfWord(int start) {
            int at = start;
            do {
                var match = userDefined.at(text, at, length);
                at = match == null ? at + 1 : match.end();
            } while (at < length && !rules.beginsWord(text, at));
            return at;
        }

        private void remember(int start, int end) {
            long hash = SpellingTable.hash(text, start, end);
            int[] ids = cache.get(hash, text, start, end);
            if (ids == null) {
                TokenSink word = TokenSink.ofIds(end - start);
                encode(start, end, word);
                ids = word.ids();
                cache.put(hash, text, start, end, ids);
            }
            sink.addAll(ids);
        }

        private void encode(int start, int end, TokenSink out) {
            symbols.clear();
            for (int at = start; at < end; ) {
                var match = userDefined.at(text, at, end);
                int after = match == null ? CharacterClass.after(text, at) : match.end();
                int symbol = match == null
                        ? rules.symbolOf(Character.codePointAt(text, at, end))
                        : SymbolList.fixed(match.id());
                symbols.add(symbol, at, after);
                at = after;
            }
            symbols.mergeAll();
            for (int i = symbols.first(); i != SymbolList.END; i = symbols.next(i)) {
                write(symbols.symbol(i), symbols.start(i), symbols.end(i), out);
            }
        }

        private void write(int symbol, int start, int end, TokenSink out) {
            if (SymbolList.isFixed(symbol)) {
                writeId(SymbolList.fixedId(symbol), start, end, out);
            } else if (symbol < 0) {
                writeUnknown(Character.codePointAt(text, start, end), start, end, out);
            } else if (reverse == null) {
                writeSymbol(symbol, start, end, out);
            } else {
                int at = start;
                for (int part : reverse.takeApart(symbol)) {
                    int after = at + rules.lengthOf(part);
                    writeSymbol(part, at, after, out);
                    at = after;
                }
            }
        }

        private void writeSymbol(int symbol, int start, int end, TokenSink out) {
            if (symbol < vocabularySize) {
                writeId(symbol, start, end, out);
            } else {
                writeUnknown(rules.characterOf(symbol), start, end, out);
            }
        }

        private void writeId(int id, int start, int end, TokenSink out) {
            out.add(id, normalized.origin(start), normalized.origin(end));
            afterUnknown = false;
        }

        private void writeUnknown(int codePoint, int start, int end, TokenSink out) {
            unknown.write(codePoint, afterUnknown, normalized.origin(start), normalized.origin(end), out);
            afterUnknown = true;
        }
    }
}
