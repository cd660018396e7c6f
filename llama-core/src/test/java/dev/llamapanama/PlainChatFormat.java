// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.tokenizers.EncodeOptions;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.chat.ChatFormat;
import dev.llamapanama.tokenizers.chat.ChatMessage;
import dev.llamapanama.tokenizers.chat.ChatOptions;
import dev.llamapanama.tokenizers.chat.ChatPrompt;
import dev.llamapanama.tokenizers.chat.ParsedAnswer;
import dev.llamapanama.tokenizers.chat.ToolCall;
import dev.llamapanama.tokenizers.chat.ToolCallParser;
import dev.llamapanama.tokenizers.chat.ToolCallStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A format for tests: a begin token before each message. An answer is a call of {@code all} with the whole text, if it is wanted so.
 *
 * @param calls whether answers are calls
 */
record PlainChatFormat(boolean calls) implements ChatFormat {
    @Override
    public String name() {
        return "plain";
    }

    @Override
    public ChatPrompt prompt(List<ChatMessage> messages, ChatOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int[] encode(List<ChatMessage> messages, ChatOptions options, Tokenizer tokenizer) {
        List<Integer> ids = new ArrayList<>();
        for (ChatMessage message : messages) {
            ids.add(tokenizer.specialTokens().bos().orElseThrow());
            for (int id : tokenizer.encode(message.role().spelling() + " " + message.text(), EncodeOptions.TEXT)) {
                ids.add(id);
            }
        }
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public Set<Integer> stopTokens(Tokenizer tokenizer) {
        return Set.of();
    }

    @Override
    public ToolCallParser toolCallParser() {
        return Parsing::new;
    }

    private final class Parsing implements ToolCallStream {
        private final StringBuilder held = new StringBuilder();

        @Override
        public String accept(String piece) {
            if (!calls) {
                return piece;
            }
            held.append(piece);
            return "";
        }

        /** Control tokens, which an untrained model writes, are no text. */
        @Override
        public String accept(int id, String printed, Tokenizer tokenizer) {
            return accept(printed);
        }

        @Override
        public ParsedAnswer finish() {
            return calls
                    ? new ParsedAnswer("", List.of(new ToolCall("all", Map.of("text", held.toString()))))
                    : new ParsedAnswer("", List.of());
        }
    }
}
