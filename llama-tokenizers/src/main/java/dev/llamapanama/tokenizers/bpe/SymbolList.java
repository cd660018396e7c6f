// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The symbols of a stretch of text and the merging of them, the heart of every BPE: the pair with the best rule is
 * merged, of equals the leftmost, until no pair has a rule. n symbols take O(n log n). A negative symbol is never
 * merged.
 *
 * <p>{@linkplain #rule Rules} stand in a {@link PairTable} of (left, right).
 */
final class SymbolList {
    static final int END = -1;
    private static final int MERGED_AWAY = -1;

    private final PairTable rules;
    private final @Nullable ReverseMerges reverse;
    private final Agenda agenda = new Agenda();
    private int[] symbols = new int[64];
    private int[] origins = new int[64];
    private int[] previous = new int[64];
    private int[] next = new int[64];
    private int size;

    /** @param reverse told of every pair that has a rule, or null */
    SymbolList(PairTable rules, @Nullable ReverseMerges reverse) {
        this.rules = rules;
        this.reverse = reverse;
    }

    /** The rule that a pair merges to a symbol; of all rules that apply, that of the lowest priority goes first. */
    static long rule(int priority, int merged) {
        return (long) priority << 32 | merged;
    }

    /** The symbol for a token that merges with nothing. */
    static int fixed(int id) {
        return -2 - id;
    }

    static boolean isFixed(int symbol) {
        return symbol <= -2;
    }

    /** The token of a fixed symbol. */
    static int fixedId(int symbol) {
        return -2 - symbol;
    }

    void clear() {
        size = 0;
    }

    /** @param origin where the symbol began in the text; kept for {@link #origin} */
    void add(int symbol, int origin) {
        if (size == symbols.length) {
            grow();
        }
        symbols[size] = symbol;
        origins[size] = origin;
        size++;
    }

    private void grow() {
        symbols = Arrays.copyOf(symbols, 2 * size);
        origins = Arrays.copyOf(origins, 2 * size);
        previous = new int[2 * size];
        next = new int[2 * size];
    }

    /** Position of the first symbol, or {@link #END}. */
    int first() {
        return size == 0 ? END : 0;
    }

    /** Position of the symbol after that at a position, or {@link #END}. */
    int next(int position) {
        return next[position];
    }

    int symbol(int position) {
        return symbols[position];
    }

    int origin(int position) {
        return origins[position];
    }

    void mergeAll() {
        for (int i = 0; i < size; i++) {
            previous[i] = i - 1;
            next[i] = i + 1 < size ? i + 1 : END;
        }
        for (int i = 0; i < size; i++) {
            consider(i);
        }
        while (!agenda.isEmpty()) {
            long entry = agenda.remove();
            int left = (int) entry;
            // An entry is stale when its pair is gone. A new pair of the same priority at the same place is as good.
            long rule = ruleAt(left);
            if (rule != PairTable.NONE && rule >>> 32 == entry >>> 32) {
                merge(left, (int) rule);
            }
        }
    }

    private long ruleAt(int left) {
        if (left == END || symbols[left] < 0) {
            return PairTable.NONE;
        }
        int right = next[left];
        return right == END || symbols[right] < 0 ? PairTable.NONE : rules.get(symbols[left], symbols[right]);
    }

    private void consider(int left) {
        long rule = ruleAt(left);
        if (rule != PairTable.NONE) {
            agenda.add((int) (rule >>> 32), left);
            if (reverse != null) {
                reverse.considered((int) rule, symbols[left], symbols[next[left]]);
            }
        }
    }

    private void merge(int left, int merged) {
        int right = next[left];
        symbols[left] = merged;
        symbols[right] = MERGED_AWAY;
        next[left] = next[right];
        if (next[left] != END) {
            previous[next[left]] = left;
        }
        consider(previous[left]);
        consider(left);
    }
}
