// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Makes sets of stacks, each only once. Not safe for use by several threads. */
final class StackSets {
    private final Map<Stacks, Stacks> known = new HashMap<>();

    private record Pair(Stacks first, Stacks second) {}

    private record Cut(Stacks stacks, int depth) {}

    int size() {
        return known.size();
    }

    /** Forgets all: sets made before and after may be equal and not the same, which costs time only. */
    void clear() {
        known.clear();
    }

    Stacks of(Map<Integer, Stacks> ascending, boolean bottom) {
        if (ascending.isEmpty()) {
            return bottom ? Stacks.BOTTOM : Stacks.NONE;
        }
        int[] tops = ascending.keySet().stream().mapToInt(Integer::intValue).toArray();
        return unique(new Stacks(tops, ascending.values().toArray(new Stacks[0]), bottom));
    }

    private Stacks unique(Stacks stacks) {
        Stacks same = known.putIfAbsent(stacks, stacks);
        return same == null ? stacks : same;
    }

    /** A state on top of each stack. */
    Stacks push(int top, Stacks below) {
        return unique(new Stacks(new int[] {top}, new Stacks[] {below}, false));
    }

    Stacks union(Stacks first, Stacks second) {
        return union(first, second, new HashMap<>());
    }

    private Stacks union(Stacks first, Stacks second, Map<Pair, Stacks> done) {
        if (first.equals(second) || second.isEmpty()) {
            return first;
        }
        if (first.isEmpty()) {
            return second;
        }
        Pair pair = new Pair(first, second);
        Stacks result = done.get(pair);
        if (result == null) {
            TreeMap<Integer, Stacks> merged = new TreeMap<>();
            for (int i = 0; i < first.count(); i++) {
                merged.put(first.top(i), first.below(i));
            }
            for (int i = 0; i < second.count(); i++) {
                Stacks below = second.below(i);
                merged.merge(second.top(i), below, (a, b) -> union(a, b, done));
            }
            result = of(merged, first.hasBottom() || second.hasBottom());
            done.put(pair, result);
        }
        return result;
    }

    /** Those that are at most so deep. */
    Stacks within(int depth, Stacks stacks) {
        return stacks.depth() <= depth ? stacks : within(depth, stacks, new HashMap<>());
    }

    private Stacks within(int depth, Stacks stacks, Map<Cut, Stacks> done) {
        if (depth < 0) {
            return Stacks.NONE;
        }
        if (stacks.depth() <= depth) {
            return stacks;
        }
        Cut cut = new Cut(stacks, depth);
        Stacks result = done.get(cut);
        if (result == null) {
            TreeMap<Integer, Stacks> kept = new TreeMap<>();
            for (int i = 0; i < stacks.count(); i++) {
                Stacks below = within(depth - 1, stacks.below(i), done);
                if (!below.isEmpty()) {
                    kept.put(stacks.top(i), below);
                }
            }
            result = of(kept, stacks.hasBottom());
            done.put(cut, result);
        }
        return result;
    }
}
