// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

/**
 * The merges of a vocabulary whose ids are ranks: any two tokens whose bytes joined are a token merge to it, the lowest
 * rank first (openai/tiktoken src/lib.rs).
 *
 * <p>Few of these pairs ever come up. Before a token is made, all that its bytes can merge to by lower ranks has been
 * merged, wherever in a text they stand; where two tokens are left of them, as in every vocabulary that training made, it
 * can only be made of these. The others are made of whatever two tokens spell them.
 */
final class RankedPairs {
    private final PairTable merges;
    private final ByteLevelRules rules;
    private final SymbolList symbols;
    private final SpellingTable spellings;

    private RankedPairs(PairTable merges, ByteLevelRules rules, int most) {
        this.merges = merges;
        this.rules = rules;
        this.symbols = new SymbolList(merges, null);
        this.spellings = new SpellingTable(most);
    }

    static void addTo(PairTable merges, ByteLevelRules rules, Vocabulary vocabulary) {
        RankedPairs pairs = new RankedPairs(merges, rules, vocabulary.size());
        rules.forEachText(id -> pairs.spellings.putIfAbsent(vocabulary.latin1(id), id));
        rules.forEachText(id -> pairs.add(vocabulary.latin1(id), id));
    }

    private void add(String spelling, int id) {
        if (spelling.length() < 2 || spellings.get(spelling) != id) {
            return;
        }
        symbols.clear();
        for (int i = 0; i < spelling.length(); i++) {
            symbols.add(rules.symbolOf(spelling.charAt(i)), i, i + 1);
        }
        symbols.mergeAll();
        int second = symbols.next(symbols.first());
        if (second != SymbolList.END && symbols.next(second) == SymbolList.END) {
            merges.putIfAbsent(symbols.symbol(0), symbols.symbol(second), SymbolList.rule(id, id));
        } else {
            addAllCuts(spelling.toCharArray(), id);
        }
    }

    private void addAllCuts(char[] spelling, int id) {
        for (int cut = 1; cut < spelling.length; cut++) {
            int left = spellings.get(spelling, 0, cut);
            int right = spellings.get(spelling, cut, spelling.length);
            if (left != SpellingTable.NONE && right != SpellingTable.NONE) {
                merges.putIfAbsent(left, right, SymbolList.rule(id, id));
            }
        }
    }
}
