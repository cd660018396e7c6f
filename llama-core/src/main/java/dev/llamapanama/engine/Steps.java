// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.decoder.AdapterWeights;
import dev.llamapanama.decoder.LlamaDecoder;
import dev.llamapanama.decoder.Output;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.StepShape;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs steps, by plans that are recorded when a step of their shape and adapter comes up. For one thread at a time. Plans of many adapters
 * would take much memory: those that were not used for the longest time are recorded again.
 */
final class Steps implements AutoCloseable {
    /** Tokens that a step of several sequences takes at most. */
    static final int MOST_TOKENS = 128;

    /** Sequences, and rows of logits, that a step takes at most: a row is as long as the vocabulary. */
    static final int MOST_ROWS = 32;

    /** Plans that are kept: those of the model alone, and of three adapters. */
    private static final int MOST_PLANS = 4 * Bucket.values().length;

    private final Backend backend;
    private final LlamaDecoder decoder;
    private final int maxPages;
    /** Least recently used first. */
    private final Map<Key, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);

    private record Key(Bucket bucket, @Nullable LoadedAdapter adapter) {}

    private enum Bucket {
        /** One token of one sequence. */
        DECODE(1, 1, 1),
        /** A part of a prompt, of which at most the last logits are wanted: as long as the backend likes. */
        PREFILL(0, 1, 1),
        /** Several sequences, or several rows of logits. */
        MIXED(MOST_TOKENS, MOST_ROWS, MOST_ROWS),
        /** Any sequences, and no logits. */
        STATES(MOST_TOKENS, MOST_ROWS, MOST_TOKENS);

        private final int tokens;
        private final int sequences;
        private final int rows;

        Bucket(int tokens, int sequences, int rows) {
            this.tokens = tokens;
            this.sequences = sequences;
            this.rows = rows;
        }

        Output output() {
            return this == STATES ? Output.STATES : Output.LOGITS;
        }

        static Bucket of(List<Part> parts) {
            Part first = parts.getFirst();
            if (first.feed.output() == Output.STATES) {
                return STATES;
            }
            if (parts.size() > 1 || first.rows() > 1) {
                return MIXED;
            }
            return first.count == 1 ? DECODE : PREFILL;
        }
    }

    /** The next tokens of a feed in a step. */
    record Part(Feed feed, int count) {
        int rows() {
            return feed.wanted(count);
        }
    }

    /**
     * @param maxPages of one sequence
     */
    Steps(Backend backend, LlamaDecoder decoder, int maxPages) {
        this.backend = backend;
        this.decoder = decoder;
        this.maxPages = maxPages;
    }

    /**
     * Runs a step.
     *
     * @param parts that go with each other
     * @return the plan, which has the rows that are wanted, in the order of the parts, until the next step
     */
    Plan run(List<Part> parts) {
        LoadedAdapter adapter = parts.getFirst().feed.sequence().adapter();
        Plan plan = plan(new Key(Bucket.of(parts), adapter));
        plan.inputs().clear();
        for (Part part : parts) {
            KvSequence sequence = part.feed.sequence();
            int position = sequence.computed();
            plan.inputs()
                    .append(
                            sequence.staged(),
                            position,
                            part.count,
                            position,
                            sequence.pages(),
                            part.rows(),
                            part.feed.temperature());
        }
        plan.step();
        return plan;
    }

    private Plan plan(Key key) {
        Plan known = plans.get(key);
        if (known != null) {
            return known;
        }
        if (plans.size() == MOST_PLANS) {
            Iterator<Plan> oldest = plans.values().iterator();
            oldest.next().close();
            oldest.remove();
        }
        Plan plan = record(key.bucket, key.adapter);
        plans.put(key, plan);
        return plan;
    }

    private Plan record(Bucket bucket, @Nullable LoadedAdapter adapter) {
        int tokens = bucket == Bucket.PREFILL ? promptTokens() : bucket.tokens;
        StepShape shape = new StepShape(tokens, bucket.sequences, maxPages, bucket.rows);
        AdapterWeights weights = adapter == null ? null : adapter.weights();
        return backend.record(shape, ops -> decoder.forward(ops, weights, bucket.output()));
    }

    /** Tokens that a step takes at most where nothing but a part of one prompt is in it, and at most its last logits are wanted. */
    int promptTokens() {
        return backend.promptTokens();
    }

    /** Frees the plans of an adapter. */
    void forget(LoadedAdapter adapter) {
        plans.entrySet().removeIf(each -> {
            boolean its = each.getKey().adapter == adapter;
            if (its) {
                each.getValue().close();
            }
            return its;
        });
    }

    @Override
    public void close() {
        plans.values().forEach(Plan::close);
    }
}
