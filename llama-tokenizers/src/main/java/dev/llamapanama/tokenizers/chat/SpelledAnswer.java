// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.StreamingDecoder;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.Tokenizer;

/** An answer in which control tokens are spelled out, where decoding prints nothing for them. */
final class SpelledAnswer {
    private SpelledAnswer() {}

    static String of(int[] ids, Tokenizer tokenizer) {
        StringBuilder answer = new StringBuilder();
        StreamingDecoder decoder = tokenizer.streamingDecoder();
        for (int id : ids) {
            answer.append(decoder.push(id));
            if (tokenizer.type(id) == TokenType.CONTROL) {
                answer.append(tokenizer.piece(id));
            }
        }
        return answer.append(decoder.flush()).toString();
    }
}
