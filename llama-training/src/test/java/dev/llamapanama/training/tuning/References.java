// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.training.network.Batch;
import dev.llamapanama.training.network.Parameters;
import dev.llamapanama.training.network.ReferenceNetwork;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What losses are made of, in double precision, each example by itself. */
final class References {
    private References() {}

    /** The log-probability of all answered tokens. */
    static double answer(Parameters layout, double[] weights, Example example) {
        double[] all = tokens(layout, weights, example);
        double sum = 0;
        for (int at = 1; at < example.size(); at++) {
            sum += example.answered(at) ? all[at] : 0;
        }
        return sum;
    }

    /** The log-probability of each token but the first. */
    static double[] tokens(Parameters layout, double[] weights, Example example) {
        ReferenceNetwork network = network(layout, weights, example);
        double[] next = network.logProbabilities(network.states());
        double[] tokens = new double[next.length];
        System.arraycopy(next, 0, tokens, 1, next.length - 1);
        return tokens;
    }

    /** A head's number for each token. */
    static double[] heads(Parameters layout, double[] weights, double[] head, Example example) {
        return Arrays.stream(network(layout, weights, example).states())
                .mapToDouble(state -> IntStream.range(0, head.length)
                        .mapToDouble(i -> head[i] * state[i])
                        .sum())
                .toArray();
    }

    private static ReferenceNetwork network(Parameters layout, double[] weights, Example example) {
        int[] tokens = IntStream.range(0, example.size()).map(example::token).toArray();
        return new ReferenceNetwork(layout, weights, Batch.of(List.of(tokens)));
    }
}
