// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.Tokenizer;

/**
 * An answer that comes in pieces. Text that may become a call is held back until it is one, or surely isn't. One thread;
 * one answer.
 */
public interface ToolCallStream {

    /**
     * Takes the next piece of the answer, with control tokens spelled out.
     *
     * @return the text that is surely text by now and wasn't given before; may be empty
     */
    String accept(String piece);

    /**
     * Takes the next token and what a {@link dev.llamapanama.tokenizers.StreamingDecoder} printed for it: text, or
     * nothing for a control token, which is then spelled out.
     *
     * @return the text that is surely text by now and wasn't given before; may be empty
     */
    default String accept(int id, String printed, Tokenizer tokenizer) {
        return tokenizer.type(id) == TokenType.CONTROL
                ? accept(printed) + accept(tokenizer.piece(id))
                : accept(printed);
    }

    /** Ends the answer: the calls, and the text that was held back for nothing. The stream takes no more. */
    ParsedAnswer finish();
}
