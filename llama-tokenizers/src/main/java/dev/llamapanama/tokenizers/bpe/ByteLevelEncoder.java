// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;

/**
 * Byte-level BPE of Llama 3 and 4 (openai/tiktoken src/lib.rs): text is split by a pattern; a part that is a token as a
 * whole is that token; in any other the bytes are merged, the pair of the lowest rank first, of equals the leftmost.
 */
final class ByteLevelEncoder implements TextEncoder {
    private final ByteLevelRules rules;
    private final PreTokenizer preTokenizer;

    ByteLevelEncoder(ByteLevelRules rules, PreTokenizer preTokenizer) {
        this.rules = rules;
        this.preTokenizer = preTokenizer;
    }

    @Override
    public void encode(String text, boolean first, IntList ids) {
        SymbolList symbols = new SymbolList(rules.merges(), null);
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
