// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Merging against the plainest way to do it, and the work that it takes. */
final class SymbolListTest {
    private static final int LETTERS = 3;

    /** Rules by which some pairs of 30 symbols merge to another. */
    private static PairTable rules(Random random) {
        PairTable rules = new PairTable();
        for (int i = 0; i < 60; i++) {
            rules.putIfAbsent(
                    random.nextInt(30), random.nextInt(30), SymbolList.rule(random.nextInt(40), random.nextInt(30)));
        }
        return rules;
    }

    private static List<Integer> merged(List<Integer> symbols, PairTable rules) {
        List<Integer> left = new ArrayList<>(symbols);
        for (int at = best(left, rules); at >= 0; at = best(left, rules)) {
            left.set(at, (int) rules.get(left.get(at), left.get(at + 1)));
            left.subList(at + 1, at + 2).clear();
        }
        return left;
    }

    private static int best(List<Integer> symbols, PairTable rules) {
        int best = -1;
        for (int i = 0; i + 1 < symbols.size(); i++) {
            long rule = rules.get(symbols.get(i), symbols.get(i + 1));
            boolean better = best < 0 || rule >>> 32 < rules.get(symbols.get(best), symbols.get(best + 1)) >>> 32;
            best = rule != PairTable.NONE && better ? i : best;
        }
        return best;
    }

    @Test
    void fewAndManySymbolsAreMergedBestFirst() {
        Random random = new Random(8);
        for (int i = 0; i < 3000; i++) {
            PairTable rules = rules(random);
            List<Integer> symbols =
                    random.ints(random.nextInt(100), 0, LETTERS).boxed().toList();
            SymbolList list = new SymbolList(rules, null);
            for (int at = 0; at < symbols.size(); at++) {
                list.add(symbols.get(at), at, at + 1);
            }
            // Rules may merge in circles only by making the list shorter, so that both ways end.
            list.mergeAll();
            assertEquals(merged(symbols, rules), contents(list, symbols.size()));
        }
    }

    private static List<Integer> contents(SymbolList list, int length) {
        List<Integer> contents = new ArrayList<>();
        int reached = 0;
        for (int at = list.first(); at != SymbolList.END; at = list.next(at)) {
            assertEquals(reached, list.start(at));
            reached = list.end(at);
            contents.add(list.symbol(at));
        }
        assertEquals(length, reached);
        return contents;
    }

    /** Doubling: symbol n is two of symbol n − 1, so that all of a long run merges, level by level. */
    @Test
    void workGrowsWithTheTextAndNotWithItsSquare() {
        PairTable rules = new PairTable();
        for (int level = 0; level < 20; level++) {
            rules.putIfAbsent(level, level, SymbolList.rule(level, level + 1));
        }
        for (int length : List.of(10, 40, 41, 1000, 1_000_000)) {
            SymbolList list = new SymbolList(rules, null);
            for (int at = 0; at < length; at++) {
                list.add(0, at, at + 1);
            }
            list.mergeAll();
            assertTrue(list.lookups() <= 6L * length, () -> list.lookups() + " for " + length);
        }
    }
}
