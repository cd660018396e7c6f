// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.Tokenizer;

/**
 * Finds tool calls in what a model answers. Never throws, whatever the model writes: what is no call is text. Immutable.
 */
public interface ToolCallParser {

    /** A parser for one answer that comes in pieces. */
    ToolCallStream stream();

    /** Text and calls of a whole answer in which control tokens such as {@code <|python_tag|>} are spelled out. */
    default ParsedAnswer parse(String answer) {
        ToolCallStream stream = stream();
        String text = stream.accept(answer);
        return stream.finish().after(text);
    }

    /** Text and calls of a whole answer as token ids, with or without the stop token. */
    default ParsedAnswer parse(int[] ids, Tokenizer tokenizer) {
        return parse(SpelledAnswer.of(ids, tokenizer));
    }
}
