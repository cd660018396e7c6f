// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Byte pair encoding (Sennrich et al., 2016): again and again the most frequent pair of neighbours becomes one symbol.
 * Counts are kept up to date where symbols change. A count in the queue may be too high, since pairs that exist become
 * only rarer; it is looked at again when it comes first.
 */
final class PieceLearner {
    private static final int BOUNDARY = 0;

    private final Corpus corpus;
    private final Predicate<int[]> allowed;
    private final List<int[]> spellings = new ArrayList<>();
    private final Map<Long, Pair> pairs = new HashMap<>();
    private final PriorityQueue<Entry> queue = new PriorityQueue<>(Entry.FIRST);
    private final List<Pair> found = new ArrayList<>();
    private final Set<String> learned = new HashSet<>();

    /** In the place of pairs that may not become a piece. */
    private final Pair forbidden = new Pair(BOUNDARY, BOUNDARY, 0);

    private record Entry(Pair pair, long count) {
        static final Comparator<Entry> FIRST =
                Comparator.comparingLong(Entry::count).reversed().thenComparing(Entry::pair, Pair.SHORTEST_FIRST);
    }

    /**
     * @param characters those of the symbols of the corpus, from 1 on
     * @param allowed whether a spelling, in code points, may be a piece
     */
    PieceLearner(Corpus corpus, List<Integer> characters, Predicate<int[]> allowed) {
        this.corpus = corpus;
        this.allowed = allowed;
        spellings.add(new int[0]);
        characters.forEach(c -> spellings.add(new int[] {c}));
    }

    /**
     * Up to so many pieces of two characters or more, in the order in which they are found.
     *
     * @param rarest how often a pair has to stand in the text
     */
    List<String> learn(int wanted, long rarest, TrainingProgress progress) {
        List<String> pieces = new ArrayList<>();
        findPairs();
        while (pieces.size() < wanted) {
            Entry first = queue.poll();
            if (first == null || first.count < rarest) {
                break;
            }
            Pair pair = first.pair;
            if (pair.count() != first.count) {
                queue.add(new Entry(pair, pair.count()));
                continue;
            }
            String piece = new String(pair.spelling, 0, pair.spelling.length);
            if (learned.add(piece)) {
                pieces.add(piece);
                merge(pair);
                progress.learned(pieces.size(), wanted);
            }
        }
        return pieces;
    }

    private void findPairs() {
        for (int place = 1; place + 1 < corpus.size(); place++) {
            add(corpus.symbol(place), corpus.symbol(place + 1), place, corpus.count(place));
        }
        enqueueFound();
    }

    private void enqueueFound() {
        found.forEach(pair -> queue.add(new Entry(pair, pair.count())));
        found.clear();
    }

    private void merge(Pair pair) {
        int symbol = spellings.size();
        spellings.add(pair.spelling);
        for (int place : pair.takePlaces()) {
            int middle = place + pair.leftLength;
            if (corpus.symbol(place) == pair.left && corpus.symbol(middle) == pair.right) {
                merge(pair, symbol, place);
            }
        }
        enqueueFound();
    }

    private void merge(Pair pair, int symbol, int start) {
        int end = start + pair.spelling.length;
        int before = corpus.symbol(start - 1);
        int after = corpus.symbol(end);
        long count = corpus.count(start);
        remove(before, pair.left, count);
        remove(pair.right, after, count);
        corpus.merge(start, start + pair.leftLength, end, symbol);
        add(before, symbol, start - length(before), count);
        add(symbol, after, start, count);
    }

    private int length(int symbol) {
        return spellings.get(symbol).length;
    }

    private void remove(int left, int right, long count) {
        Pair pair = pairs.get(key(left, right));
        if (pair != null) {
            pair.remove(count);
        }
    }

    private void add(int left, int right, int place, long count) {
        if (left == BOUNDARY || right == BOUNDARY) {
            return;
        }
        Pair pair = pairs.computeIfAbsent(key(left, right), _ -> pair(left, right));
        if (pair != forbidden) {
            pair.add(place, count);
        }
    }

    private Pair pair(int left, int right) {
        int[] head = spellings.get(left);
        int[] tail = spellings.get(right);
        int[] spelling = new int[head.length + tail.length];
        System.arraycopy(head, 0, spelling, 0, head.length);
        System.arraycopy(tail, 0, spelling, head.length, tail.length);
        if (!allowed.test(spelling)) {
            return forbidden;
        }
        Pair pair = new Pair(left, right, head.length, spelling);
        found.add(pair);
        return pair;
    }

    private static long key(int left, int right) {
        return (long) left << 32 | right;
    }
}
