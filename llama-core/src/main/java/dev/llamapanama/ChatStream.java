// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.Completion;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.chat.ChatMessage;
import dev.llamapanama.tokenizers.chat.ParsedAnswer;
import dev.llamapanama.tokenizers.chat.ToolCallStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is computed as it is pulled: text, without what turns out to be a call of a tool. Can be gone through once, by one
 * thread. Close it when you leave early: the chat goes on with what was said so far.
 */
public final class ChatStream implements Iterable<String>, AutoCloseable {
    private final Completion completion;
    private final ToolCallStream calls;
    private final Tokenizer tokenizer;
    private final double loadMillis;
    private final Consumer<ChatMessage> onEnd;
    private final StringBuilder text = new StringBuilder();
    private boolean begun;
    private @Nullable ChatReply reply;

    /** @param onEnd takes the answer, once */
    ChatStream(
            Completion completion,
            ToolCallStream calls,
            Tokenizer tokenizer,
            double loadMillis,
            Consumer<ChatMessage> onEnd) {
        this.completion = completion;
        this.calls = calls;
        this.tokenizer = tokenizer;
        this.loadMillis = loadMillis;
        this.onEnd = onEnd;
    }

    /**
     * The text in pieces, none of them empty.
     *
     * @throws IllegalStateException if it was called before
     */
    @Override
    public Iterator<String> iterator() {
        if (begun) {
            throw new IllegalStateException("an answer can be gone through once only");
        }
        begun = true;
        return new Pieces();
    }

    /** The whole answer. Pulls what is left first. */
    public ChatReply reply() {
        begun = true;
        while (pull() != null) {}
        if (reply == null) {
            throw new IllegalStateException("the answer has failed");
        }
        return reply;
    }

    boolean hasEnded() {
        return reply != null;
    }

    /** Ends the answer, if it hasn't ended. Idempotent. */
    @Override
    public void close() {
        completion.close();
        if (reply == null) {
            var _ = end();
        }
    }

    /** The next text, which may be empty; null at the end. */
    private @Nullable String pull() {
        if (reply != null) {
            return null;
        }
        Completion.Advance advance = completion.next();
        if (advance == null) {
            return end();
        }
        String shown =
                advance.id() < 0 ? calls.accept(advance.text()) : calls.accept(advance.id(), advance.text(), tokenizer);
        text.append(shown);
        return shown;
    }

    /** Text that was held back as part of a call which it isn't. */
    private String end() {
        ParsedAnswer rest = calls.finish();
        ChatMessage message = ChatMessage.assistant(text + rest.text(), rest.toolCalls());
        reply = new ChatReply(message, completion.finishReason(), completion.usage(), completion.timings(loadMillis));
        onEnd.accept(message);
        return rest.text();
    }

    private final class Pieces implements Iterator<String> {
        private @Nullable String ahead;

        @Override
        public boolean hasNext() {
            while (ahead == null || ahead.isEmpty()) {
                ahead = pull();
                if (ahead == null) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String next() {
            if (!hasNext() || ahead == null) {
                throw new NoSuchElementException();
            }
            String piece = ahead;
            ahead = null;
            return piece;
        }
    }
}
