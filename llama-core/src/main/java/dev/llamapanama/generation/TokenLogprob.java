// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import java.util.Arrays;
import java.util.List;

/**
 * How probable the model held a token for, before anything was done to its distribution.
 *
 * @param token id
 * @param logprob natural logarithm of its probability
 * @param top the most probable tokens at that place, as many as were asked for, most probable first; their own {@code top} is empty
 */
public record TokenLogprob(int token, double logprob, List<TokenLogprob> top) {
    public TokenLogprob {
        top = List.copyOf(top);
    }

    /**
     * @param count how many alternatives are wanted
     */
    public static TokenLogprob of(float[] logits, int token, int count) {
        double norm = logSumExp(logits);
        List<TokenLogprob> top = Arrays.stream(Ranking.best(logits, Math.min(count, logits.length)))
                .mapToObj(each -> new TokenLogprob(each, logits[each] - norm, List.of()))
                .toList();
        return new TokenLogprob(token, logits[token] - norm, top);
    }

    private static double logSumExp(float[] logits) {
        double max = logits[Sampler.argmax(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        return max + Math.log(sum);
    }
}
