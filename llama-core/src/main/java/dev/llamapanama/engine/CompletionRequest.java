// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.generation.Sampler;
import java.util.List;
import java.util.Set;

/**
 * How a prompt is to be continued.
 *
 * @param maxTokens at least one
 * @param sampler picks the tokens
 * @param stopStrings end the text
 * @param endTokens ids that end it
 * @param echo whether the text of the prompt is part of the result
 * @param cancellation ends it before its time
 */
public record CompletionRequest(
        int maxTokens,
        Sampler sampler,
        List<String> stopStrings,
        Set<Integer> endTokens,
        boolean echo,
        Cancellation cancellation) {}
