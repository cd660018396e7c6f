// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.TokenType;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;

/**
 * Byte-level BPE of Llama 3 and 4 (openai/tiktoken src/lib.rs): text is split by a pattern; a part that is a token as a
 * whole is that token; in any other the bytes are merged, the pair of the lowest rank first, of equals the leftmost.
 * User-defined tokens are cut out before the split, the longest at a place.
 */
final class ByteLevelEncoder implements TextEncoder {
    private final ByteLevelRules rules;
    private final PreTokenizer preTokenizer;
    private final SpellingMatcher userDefined;

    ByteLevelEncoder(Vocabulary vocabulary, ByteLevelRules rules, PreTokenizer preTokenizer) {
        this.rules = rules;
        this.preTokenizer = preTokenizer;
        this.userDefined = new SpellingMatcher(vocabulary, Set.of(TokenType.USER_DEFINED));
    }

    @Override
    public void encode(String text, IntList ids) {
        SymbolList symbols = new SymbolList(rules.merges(), null);
        int from = 0;
        for (var match = userDefined.next(text, 0); match != null; match = userDefined.next(text, from)) {
            encodeSplit(text.substring(from, match.start()), symbols, ids);
            ids.add(match.id());
            from = match.end();
        }
        encodeSplit(text.substring(from), symbols, ids);
    }

    private void encodeSplit(String text, SymbolList symbols, IntList ids) {
        Matcher parts = preTokenizer.pattern().matcher(text);
        while (parts.find()) {
            byte[] part = parts.group().getBytes(StandardCharsets.UTF_8);
            int whole = rules.whole(part);
            if (whole != SpellingTable.NONE) {
                ids.add(whole);
            } else {
                encodePart(part, symbols, ids);
            }
        }
    }

    private void encodePart(byte[] part, SymbolList symbols, IntList ids) {
        symbols.clear();
        for (byte b : part) {
            symbols.add(rules.symbolOf(b), 0);
        }
        symbols.mergeAll();
        for (int i = symbols.first(); i != SymbolList.END; i = symbols.next(i)) {
            int symbol = symbols.symbol(i);
            ids.add(SymbolList.isFixed(symbol) ? SymbolList.fixedId(symbol) : symbol);
        }
    }
}
