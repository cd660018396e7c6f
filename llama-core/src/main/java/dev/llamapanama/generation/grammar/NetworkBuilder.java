// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Machine;
import dev.llamapanama.generation.grammar.Network.Edge;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Builds the network of an expression: first with jumps, then without. */
final class NetworkBuilder extends Assembly {
    private final String place;
    private final List<List<Edge>> edges = new ArrayList<>();
    private final List<List<Integer>> jumps = new ArrayList<>();

    NetworkBuilder(String place) {
        super(Network.MAX_STATES);
        this.place = place;
    }

    Network network(Expression expression) {
        int start = newState();
        int end = newState();
        build(expression, start, end);
        grow();
        return withoutJumps(start, end);
    }

    private void grow() {
        while (edges.size() < states()) {
            edges.add(new ArrayList<>());
            jumps.add(new ArrayList<>());
        }
    }

    private Network withoutJumps(int start, int end) {
        Map<Integer, Integer> numbers = new HashMap<>(Map.of(start, 0));
        Deque<Integer> queue = new ArrayDeque<>(List.of(start));
        List<List<Edge>> found = new ArrayList<>();
        BitSet ends = new BitSet();
        while (!queue.isEmpty()) {
            List<Edge> leaving = new ArrayList<>();
            for (int state : closure(queue.remove()).stream().toArray()) {
                ends.set(found.size(), ends.get(found.size()) || state == end);
                for (Edge edge : edges.get(state)) {
                    Integer known = numbers.putIfAbsent(edge.target(), numbers.size());
                    if (known == null) {
                        queue.add(edge.target());
                    }
                    leaving.add(new Edge(edge.set(), known == null ? numbers.size() - 1 : known));
                }
            }
            found.add(leaving);
        }
        return new Network(found, ends);
    }

    private BitSet closure(int state) {
        BitSet reached = new BitSet();
        Deque<Integer> queue = new ArrayDeque<>(List.of(state));
        while (!queue.isEmpty()) {
            int at = queue.remove();
            if (!reached.get(at)) {
                reached.set(at);
                queue.addAll(jumps.get(at));
            }
        }
        return reached;
    }

    @Override
    String place() {
        return place;
    }

    @Override
    void jump(int from, int to) {
        grow();
        jumps.get(from).add(to);
    }

    @Override
    void characters(CodePoints set, int from, int to) {
        grow();
        edges.get(from).add(new Edge(set, to));
    }

    @Override
    void reference(int rule, int from, int to) {
        throw new IllegalStateException("a regular language has no rules");
    }

    @Override
    void machine(Machine machine, int from, int to) {
        throw new IllegalStateException("a network is made of expressions only");
    }
}
