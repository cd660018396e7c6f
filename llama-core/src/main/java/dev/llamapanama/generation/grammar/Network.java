// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A nondeterministic automaton over characters, for regular languages that are cut with one another before they become part of a
 * grammar. The first state is 0; each can be reached.
 */
final class Network {
    static final int MAX_STATES = 1 << 17;

    private final List<List<Edge>> edges;
    private final BitSet ends;

    /** Takes one character of a set. */
    record Edge(CodePoints set, int target) {}

    Network(List<List<Edge>> edges, BitSet ends) {
        this.edges = edges;
        this.ends = ends;
    }

    /**
     * What an expression without references stands for.
     *
     * @param place what to call it in messages
     */
    static Network of(Expression expression, String place) {
        return new NetworkBuilder(place).network(expression);
    }

    /** All texts except some. */
    static Network allExcept(Collection<String> texts) {
        List<Map<Integer, Integer>> children = new ArrayList<>(List.of(new HashMap<>()));
        BitSet refused = new BitSet();
        for (String text : texts) {
            int at = 0;
            for (int c : text.codePoints().toArray()) {
                Integer next = children.get(at).putIfAbsent(c, children.size());
                if (next == null) {
                    next = children.size();
                    children.add(new HashMap<>());
                }
                at = next;
            }
            refused.set(at);
        }
        int other = children.size();
        List<List<Edge>> edges = new ArrayList<>();
        for (Map<Integer, Integer> node : children) {
            List<Edge> leaving = new ArrayList<>();
            CodePoints rest = CodePoints.ALL;
            for (Map.Entry<Integer, Integer> child : node.entrySet()) {
                leaving.add(new Edge(CodePoints.of(child.getKey()), child.getValue()));
                rest = rest.minus(CodePoints.of(child.getKey()));
            }
            leaving.add(new Edge(rest, other));
            edges.add(leaving);
        }
        edges.add(List.of(new Edge(CodePoints.ALL, other)));
        refused.flip(0, edges.size());
        return new Network(edges, refused);
    }

    int states() {
        return edges.size();
    }

    List<Edge> edgesOf(int state) {
        return edges.get(state);
    }

    boolean isEnd(int state) {
        return ends.get(state);
    }

    boolean acceptsEmpty() {
        return ends.get(0);
    }

    boolean isEmpty() {
        return ends.isEmpty();
    }

    boolean accepts(String text) {
        BitSet at = new BitSet();
        at.set(0);
        for (int c : text.codePoints().toArray()) {
            BitSet next = new BitSet();
            at.stream()
                    .forEach(state -> edges.get(state).stream()
                            .filter(edge -> edge.set().contains(c))
                            .forEach(edge -> next.set(edge.target())));
            at = next;
        }
        return at.intersects(ends);
    }

    /**
     * What both accept.
     *
     * @param place what to call it in messages
     */
    Network and(Network other, String place) {
        Product product = new Product(place, this, other);
        product.run();
        return new Network(product.edges, product.ends);
    }

    /**
     * All that this doesn't accept.
     *
     * @param place what to call it in messages
     */
    Network complement(String place) {
        Subsets subsets = new Subsets(place, this);
        subsets.run();
        return new Network(subsets.edges, subsets.ends);
    }

    /** Sets of states that can be reached at once: of these one is left for any text. */
    private static final class Subsets {
        private final String place;
        private final Network network;
        private final Map<BitSet, Integer> numbers = new HashMap<>();
        private final Deque<BitSet> queue = new ArrayDeque<>();
        private final List<List<Edge>> edges = new ArrayList<>();
        private final BitSet ends = new BitSet();

        Subsets(String place, Network network) {
            this.place = place;
            this.network = network;
        }

        void run() {
            BitSet start = new BitSet();
            start.set(0);
            number(start);
            while (!queue.isEmpty()) {
                List<Edge> leaving = new ArrayList<>();
                targets(queue.remove()).forEach((target, set) -> leaving.add(new Edge(set, number(target))));
                edges.add(leaving);
            }
        }

        private Map<BitSet, CodePoints> targets(BitSet states) {
            Map<CodePoints, BitSet> parts = new HashMap<>(Map.of(CodePoints.ALL, new BitSet()));
            states.stream().forEach(state -> {
                for (Edge edge : network.edgesOf(state)) {
                    Map<CodePoints, BitSet> split = new HashMap<>();
                    parts.forEach((set, targets) -> {
                        BitSet more = (BitSet) targets.clone();
                        more.set(edge.target());
                        split.put(set.and(edge.set()), more);
                        split.put(set.minus(edge.set()), targets);
                    });
                    split.remove(CodePoints.NONE);
                    parts.clear();
                    parts.putAll(split);
                }
            });
            Map<BitSet, CodePoints> joined = new HashMap<>();
            parts.forEach((set, targets) -> joined.merge(targets, set, CodePoints::or));
            return joined;
        }

        private int number(BitSet states) {
            Integer known = numbers.get(states);
            if (known != null) {
                return known;
            }
            int number = numbers.size();
            if (number == MAX_STATES) {
                throw new GrammarException(place, "more than " + MAX_STATES + " states", "simpler conditions");
            }
            numbers.put(states, number);
            queue.add(states);
            ends.set(number, !states.intersects(network.ends));
            return number;
        }
    }

    /** Pairs of states of two networks that can be reached at once. */
    private static final class Product {
        private record Pair(int first, int second) {}

        private final String place;
        private final Network first;
        private final Network second;
        private final Map<Pair, Integer> numbers = new HashMap<>();
        private final Deque<Pair> queue = new ArrayDeque<>();
        private final List<List<Edge>> edges = new ArrayList<>();
        private final BitSet ends = new BitSet();

        Product(String place, Network first, Network second) {
            this.place = place;
            this.first = first;
            this.second = second;
        }

        void run() {
            number(new Pair(0, 0));
            while (!queue.isEmpty()) {
                Pair pair = queue.remove();
                List<Edge> leaving = new ArrayList<>();
                for (Edge a : first.edgesOf(pair.first)) {
                    for (Edge b : second.edgesOf(pair.second)) {
                        CodePoints both = a.set().and(b.set());
                        if (!both.isEmpty()) {
                            leaving.add(new Edge(both, number(new Pair(a.target(), b.target()))));
                        }
                    }
                }
                edges.add(leaving);
            }
        }

        private int number(Pair pair) {
            Integer known = numbers.get(pair);
            if (known != null) {
                return known;
            }
            int number = numbers.size();
            if (number == MAX_STATES) {
                throw new GrammarException(place, "more than " + MAX_STATES + " states", "simpler conditions");
            }
            numbers.put(pair, number);
            queue.add(pair);
            ends.set(number, first.isEnd(pair.first) && second.isEnd(pair.second));
            return number;
        }
    }
}
