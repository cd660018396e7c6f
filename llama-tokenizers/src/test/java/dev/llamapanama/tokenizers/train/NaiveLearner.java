// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Byte pair encoding as it is defined: all pairs are counted anew for every piece. */
final class NaiveLearner {
    private final Map<List<String>, Integer> words = new HashMap<>();
    private final Predicate<String> allowed;
    private final List<String> pieces = new ArrayList<>();
    private final Set<Pair> refused = new HashSet<>();

    private record Pair(String left, String right) {
        String piece() {
            return left + right;
        }
    }

    NaiveLearner(List<String> words, Predicate<String> allowed) {
        this.allowed = allowed;
        words.forEach(word ->
                this.words.merge(word.codePoints().mapToObj(Character::toString).toList(), 1, Integer::sum));
    }

    /** Pieces while there are pairs in the text. */
    List<String> learn() {
        for (Optional<Pair> best = best(); best.isPresent(); best = best()) {
            if (pieces.contains(best.get().piece())) {
                refused.add(best.get());
            } else {
                pieces.add(best.get().piece());
                merge(best.get());
            }
        }
        return pieces;
    }

    private Optional<Pair> best() {
        Map<Pair, Integer> counts = new HashMap<>();
        words.forEach((word, count) -> {
            for (int i = 1; i < word.size(); i++) {
                counts.merge(new Pair(word.get(i - 1), word.get(i)), count, Integer::sum);
            }
        });
        return counts.keySet().stream()
                .filter(pair -> allowed.test(pair.piece()) && !refused.contains(pair))
                .min(Comparator.comparingInt((Pair pair) -> -counts.getOrDefault(pair, 0))
                        .thenComparingInt(pair -> pair.piece().length())
                        .thenComparing(Pair::piece)
                        .thenComparingInt(pair -> pair.left.length()));
    }

    private void merge(Pair pair) {
        Map<List<String>, Integer> before = Map.copyOf(words);
        words.clear();
        before.forEach((word, count) -> words.merge(merged(word, pair), count, Integer::sum));
    }

    private static List<String> merged(List<String> word, Pair pair) {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < word.size(); i++) {
            boolean here = i + 1 < word.size() && new Pair(word.get(i), word.get(i + 1)).equals(pair);
            result.add(here ? pair.piece() : word.get(i));
            i += here ? 1 : 0;
        }
        return result;
    }
}
