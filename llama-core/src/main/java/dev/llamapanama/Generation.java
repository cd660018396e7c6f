// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.generation.FinishReason;
import dev.llamapanama.generation.Timings;
import dev.llamapanama.generation.TokenLogprob;
import dev.llamapanama.generation.Usage;
import java.util.List;

/**
 * A finished generation.
 *
 * @param text what the model wrote, after the prompt if that was to be echoed
 * @param tokens ids of the completion, an end token not included
 * @param logprobs how probable each of them was, where {@link GenerationOptions#logprobs} asks for it; else empty
 * @param finishReason why it ended
 * @param usage tokens that were worked on
 * @param timings how long it took
 */
public record Generation(
        String text,
        List<Integer> tokens,
        List<TokenLogprob> logprobs,
        FinishReason finishReason,
        Usage usage,
        Timings timings) {
    public Generation {
        tokens = List.copyOf(tokens);
        logprobs = List.copyOf(logprobs);
    }
}
