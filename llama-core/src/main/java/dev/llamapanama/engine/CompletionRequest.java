// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.generation.Sampler;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a prompt is to be continued.
 *
 * @param maxTokens at least one
 * @param sampler picks the tokens
 * @param stopStrings end the text
 * @param endTokens ids that end it
 * @param impossible ids that never come
 * @param echo whether the text of the prompt is part of the result
 * @param logprobs how many alternatives to each token are wanted, 0 for its own probability only, −1 for nothing
 * @param keptOnShift where the context is full, so many of the first tokens and the later half of the others stay, and it goes on; −1:
 *     it ends
 * @param adapter by which it is computed, or null for none
 * @param drafter guesses what comes next, so that several tokens may come of a step
 * @param cancellation ends it before its time
 */
public record CompletionRequest(
        int maxTokens,
        Sampler sampler,
        List<String> stopStrings,
        Set<Integer> endTokens,
        Set<Integer> impossible,
        boolean echo,
        int logprobs,
        int keptOnShift,
        @Nullable LoadedAdapter adapter,
        Drafter drafter,
        Cancellation cancellation) {

    /** Nothing but what every generation has. */
    public CompletionRequest(
            int maxTokens,
            Sampler sampler,
            List<String> stopStrings,
            Set<Integer> endTokens,
            boolean echo,
            Cancellation cancellation) {
        this(maxTokens, sampler, stopStrings, endTokens, Set.of(), echo, -1, -1, null, Drafter.NONE, cancellation);
    }

    /** Whether nothing but the sampler looks at logits. */
    boolean needsOnlyChoice() {
        return impossible.isEmpty() && logprobs < 0;
    }
}
