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

    /** Up to so many symbols, looking at all pairs for the best is faster than keeping them in order. */
    private static final int FEW = 40;

    private final PairTable rules;
    private final @Nullable ReverseMerges reverse;
    private final Agenda agenda = new Agenda();
    private int[] symbols = new int[64];
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int[] previous = new int[64];
    private int[] next = new int[64];
    private final long[] pairs = new long[FEW];
    private int size;
    private long lookups;

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

    /** @param start where the symbol began in the text, which ends at {@code end} */
    void add(int symbol, int start, int end) {
        if (size == symbols.length) {
            grow();
        }
        symbols[size] = symbol;
        starts[size] = start;
        ends[size] = end;
        size++;
    }

    private void grow() {
        symbols = Arrays.copyOf(symbols, 2 * size);
        starts = Arrays.copyOf(starts, 2 * size);
        ends = Arrays.copyOf(ends, 2 * size);
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

    /** Where the symbol at a position begins in the text. */
    int start(int position) {
        return starts[position];
    }

    /** Where the symbol at a position ends in the text. */
    int end(int position) {
        return ends[position];
    }

    /** How many pairs were looked up so far: the work of merging. */
    long lookups() {
        return lookups;
    }

    void mergeAll() {
        if (size <= FEW && reverse == null) {
            mergeFew();
            link();
        } else {
            link();
            mergeMany();
        }
    }

    private void link() {
        for (int i = 0; i < size; i++) {
            previous[i] = i - 1;
            next[i] = i + 1 < size ? i + 1 : END;
        }
    }

    private void mergeFew() {
        for (int i = 0; i + 1 < size; i++) {
            pairs[i] = look(i, i + 1);
        }
        for (int best = best(); best != END; best = best()) {
            symbols[best] = (int) pairs[best];
            ends[best] = ends[best + 1];
            close(best + 1);
            if (best > 0) {
                pairs[best - 1] = look(best - 1, best);
            }
            if (best + 1 < size) {
                pairs[best] = look(best, best + 1);
            }
        }
    }

    /** Of the pairs with the lowest priority the leftmost, or {@link #END}. */
    private int best() {
        int best = END;
        int lowest = Integer.MAX_VALUE;
        for (int i = 0; i + 1 < size; i++) {
            int priority = (int) (pairs[i] >> 32);
            if (pairs[i] != PairTable.NONE && (priority < lowest || best == END)) {
                best = i;
                lowest = priority;
            }
        }
        return best;
    }

    private void close(int gap) {
        int after = gap + 1;
        System.arraycopy(symbols, after, symbols, gap, size - after);
        System.arraycopy(starts, after, starts, gap, size - after);
        System.arraycopy(ends, after, ends, gap, size - after);
        if (after < size) {
            System.arraycopy(pairs, gap, pairs, gap - 1, size - after);
        }
        size--;
    }

    private long look(int left, int right) {
        if (symbols[left] < 0 || symbols[right] < 0) {
            return PairTable.NONE;
        }
        lookups++;
        return rules.get(symbols[left], symbols[right]);
    }

    private void mergeMany() {
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
        return left == END || next[left] == END ? PairTable.NONE : look(left, next[left]);
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
        ends[left] = ends[right];
        next[left] = next[right];
        if (next[left] != END) {
            previous[next[left]] = left;
        }
        consider(previous[left]);
        consider(left);
    }
}
