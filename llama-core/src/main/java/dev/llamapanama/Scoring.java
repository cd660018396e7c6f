// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.Cancellation;
import dev.llamapanama.engine.InferenceEngine;
import dev.llamapanama.engine.KvSequence;
import dev.llamapanama.engine.LoadedAdapter;
import dev.llamapanama.generation.Sampler;
import dev.llamapanama.generation.TokenLogprob;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Scores continuations of one text, which is read once. */
record Scoring(InferenceEngine engine, @Nullable LoadedAdapter adapter) {

    /**
     * @param ids of a text with its continuation
     * @param start where the continuation begins
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Continued(int[] ids, int start) {}

    List<Score> score(String context, List<String> continuations, Function<String, int[]> encoder) {
        int[] before = encoder.apply(context.stripTrailing());
        List<Continued> continued = continuations.stream()
                .map(continuation -> continued(before, continuation, encoder.apply(context + continuation)))
                .toList();
        return continued.isEmpty() ? List.of() : score(before, continued);
    }

    private static Continued continued(int[] before, String continuation, int[] ids) {
        if (continuation.isEmpty() || before.length == 0 || ids.length <= before.length) {
            throw new IllegalArgumentException("continuation: found \"" + continuation + "\", which adds no token to "
                    + before.length + ", expected at least one behind at least one");
        }
        return new Continued(ids, before.length);
    }

    private List<Score> score(int[] context, List<Continued> continuations) {
        int longest = continuations.stream().mapToInt(each -> each.ids.length).reduce(context.length, Math::max);
        try (KvSequence base = engine.newSequence(longest, adapter, Cancellation.never())) {
            engine.feed(base, context, new float[engine.vocabSize()]);
            return SideBySide.run(continuations.stream()
                    .<Callable<Score>>map(each -> () -> score(base, each))
                    .toList());
        }
    }

    private Score score(KvSequence base, Continued continued) {
        Sum sum = new Sum(continued);
        try (KvSequence sequence = base.fork()) {
            int first = continued.start - 1;
            sequence.rewind(Math.min(first, commonPrefix(sequence.ids(), continued.ids)));
            if (sequence.length() < first) {
                int[] before = Arrays.copyOfRange(continued.ids, sequence.length(), first);
                engine.feed(sequence, before, new float[engine.vocabSize()]);
            }
            int[] rest = Arrays.copyOfRange(continued.ids, first, continued.ids.length - 1);
            engine.feedAll(sequence, rest, sum::add);
        }
        return sum.score();
    }

    private static int commonPrefix(int[] one, int[] other) {
        int mismatch = Arrays.mismatch(one, other);
        return mismatch < 0 ? one.length : mismatch;
    }

    private static final class Sum {
        private final Continued continued;
        private double logLikelihood;
        private boolean greedy = true;

        Sum(Continued continued) {
            this.continued = continued;
        }

        void add(float[] logits, int index) {
            int token = continued.ids[continued.start + index];
            logLikelihood += TokenLogprob.of(logits, token, 0).logprob();
            greedy &= Sampler.argmax(logits) == token;
        }

        Score score() {
            return new Score(logLikelihood, continued.ids.length - continued.start, greedy);
        }
    }
}
