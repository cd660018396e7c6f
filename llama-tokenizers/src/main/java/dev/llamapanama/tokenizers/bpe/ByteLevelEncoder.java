// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

/**
 * Byte-level BPE of Llama 3 and 4 (openai/tiktoken src/lib.rs): text is split by a pattern; a part that is a token as a
 * whole is that token; in any other the bytes are merged, the pair of the lowest rank first, of equals the leftmost.
 */
final class ByteLevelEncoder implements TextEncoder {
    private final ByteLevelRules rules;
    private final Splitter splitter;
    private final PartCache cache = new PartCache();

    ByteLevelEncoder(ByteLevelRules rules, PreTokenizer preTokenizer) {
        this.rules = rules;
        this.splitter = preTokenizer.splitter();
    }

    @Override
    public void encode(char[] text, int from, int to, TokenSink sink) {
        SymbolList symbols = new SymbolList(rules.merges(), null);
        int end;
        for (int at = from; at < to; at = end) {
            end = splitter.end(text, at, to);
            encodePart(text, at, end, symbols, sink);
        }
    }

    private void encodePart(char[] text, int start, int end, SymbolList symbols, TokenSink sink) {
        long hash = SpellingTable.hash(text, start, end);
        int whole = rules.whole(hash, text, start, end);
        if (whole != SpellingTable.NONE) {
            sink.add(whole, start, end);
            return;
        }
        if (sink.wantsPlaces()) {
            merge(text, start, end, symbols, sink);
            return;
        }
        int[] ids = cache.get(hash, text, start, end);
        if (ids == null) {
            TokenSink part = TokenSink.ofIds(end - start);
            merge(text, start, end, symbols, part);
            ids = part.ids();
            cache.put(hash, text, start, end, ids);
        }
        sink.addAll(ids);
    }

    private void merge(char[] text, int start, int end, SymbolList symbols, TokenSink sink) {
        symbols.clear();
        int after;
        for (int at = start; at < end; at = after) {
            after = CharacterClass.after(text, at);
            addBytes(Character.codePointAt(text, at, end), at, after, symbols);
        }
        symbols.mergeAll();
        for (int i = symbols.first(); i != SymbolList.END; i = symbols.next(i)) {
            int symbol = symbols.symbol(i);
            int id = SymbolList.isFixed(symbol) ? SymbolList.fixedId(symbol) : symbol;
            sink.add(id, symbols.start(i), symbols.end(i));
        }
    }

    private void addBytes(int codePoint, int start, int end, SymbolList symbols) {
        int count = Utf8Bytes.count(codePoint);
        for (int i = 0; i < count; i++) {
            symbols.add(rules.symbolOf(Utf8Bytes.at(codePoint, count, i)), start, end);
        }
    }
}
