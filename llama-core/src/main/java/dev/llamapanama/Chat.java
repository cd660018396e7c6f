// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.Cancellation;
import dev.llamapanama.engine.Completion;
import dev.llamapanama.engine.InferenceEngine;
import dev.llamapanama.engine.KvSequence;
import dev.llamapanama.engine.LoadedAdapter;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.chat.ChatFormat;
import dev.llamapanama.tokenizers.chat.ChatMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with a model, written in the model's own format. Text from outside stays text, whatever control tokens it spells. What
 * was said stays in the key/value cache, so that of each prompt only what is new is run.
 *
 * {@snippet :
 * try (Llama llama = Llama.open(path); Chat chat = llama.chat()) {
 *     System.out.println(chat.send("Why is the sky blue?").text());
 *     System.out.println(chat.send("And at sunset?").text());
 * }
 * }
 *
 * <p>One thread at a time, one answer at a time; any number of chats side by side. Closing it gives its memory back.
 */
public final class Chat implements AutoCloseable {
    private final InferenceEngine engine;
    private final Tokenizer tokenizer;
    private final Requests requests;
    private final ChatFormat format;
    private final ChatSettings settings;
    private final @Nullable Constraint constraint;
    private final double loadMillis;
    private final List<ChatMessage> messages;
    private @Nullable KvSequence sequence;
    private @Nullable ChatStream current;
    private boolean closed;

    /**
     * @param model ends where the model does; the chat ends where the format does, too
     */
    Chat(InferenceEngine engine, Requests model, ChatFormat format, ChatSettings settings, double loadMillis) {
        this.engine = engine;
        this.tokenizer = model.tokenizer();
        this.format = format;
        this.settings = settings;
        Set<Integer> ends = new HashSet<>(model.endTokens());
        ends.addAll(format.stopTokens(tokenizer));
        requests = new Requests(engine, tokenizer, model.vocabulary(), ends);
        Constraint own = Constraint.of(settings.generation().grammar());
        constraint = own == null
                ? ToolGrammar.of(settings.toolChoice(), settings.prompt().tools(), tokenizer)
                : own;
        this.loadMillis = loadMillis;
        messages = new ArrayList<>(settings.history());
    }

    /** How the model writes conversations. */
    public ChatFormat format() {
        return format;
    }

    /** All that was said, from the system's message to the last answer; a copy. */
    public List<ChatMessage> messages() {
        return List.copyOf(messages);
    }

    /** Says something as the user, and waits for the answer. */
    public ChatReply send(String text) {
        return send(text, piece -> {});
    }

    /**
     * Says something as the user, and hands out the text of the answer while it is generated. An exception of the consumer ends the
     * answer and is thrown to the caller.
     */
    public ChatReply send(String text, Consumer<String> onText) {
        return send(List.of(ChatMessage.user(text)), onText);
    }

    /** Says something, such as the results of the tools that were called, and waits for the answer. */
    public ChatReply send(List<ChatMessage> said) {
        return send(said, piece -> {});
    }

    /** Says something, and hands out the text of the answer while it is generated. */
    public ChatReply send(List<ChatMessage> said, Consumer<String> onText) {
        try (ChatStream stream = stream(said)) {
            stream.forEach(onText);
            return stream.reply();
        }
    }

    /** Says something as the user; the answer comes as the caller pulls. */
    public ChatStream stream(String text) {
        return stream(List.of(ChatMessage.user(text)));
    }

    /**
     * Says something; the answer comes as the caller pulls. It becomes part of the conversation when it has been read to its end, or is
     * closed, with as much text as there is by then.
     *
     * @param said added to the conversation before the answer; nothing is added where this fails
     * @throws IllegalStateException if the answer before is still being read, or the chat is closed
     * @throws IllegalArgumentException if the conversation doesn't fit into the context
     * @throws dev.llamapanama.tokenizers.chat.ChatException if the format can't express the conversation
     */
    public ChatStream stream(List<ChatMessage> said) {
        if (closed) {
            throw new IllegalStateException("the chat is closed");
        }
        if (current != null && !current.hasEnded()) {
            throw new IllegalStateException("the answer before is still being read");
        }
        List<ChatMessage> all = new ArrayList<>(messages);
        all.addAll(said);
        int[] prompt = format.encode(all, settings.prompt().withGenerationPrompt(true), tokenizer);
        Completion completion =
                new Completion(engine, tokenizer, prompt, requests.of(settings.generation(), constraint), sequence());
        messages.addAll(said);
        current = new ChatStream(completion, format.toolCallParser().stream(), tokenizer, loadMillis, messages::add);
        return current;
    }

    private KvSequence sequence() {
        if (sequence == null) {
            LoadedAdapter adapter = Adapter.chosen(settings.generation().adapter(), engine);
            sequence = engine.newSequence(1, adapter, Cancellation.never());
        }
        return sequence;
    }

    /**
     * Forgets what was said from a message on, such as a question that is to be put in another way.
     *
     * @param count messages that stay
     * @throws IllegalArgumentException if there are fewer
     */
    public void rewind(int count) {
        if (count < 0 || count > messages.size()) {
            throw new IllegalArgumentException("rewind: found " + count + ", expected 0 to " + messages.size());
        }
        messages.subList(count, messages.size()).clear();
    }

    /** Ends the answer, if one is being read, and gives the memory back. Idempotent. */
    @Override
    public void close() {
        closed = true;
        if (current != null) {
            current.close();
        }
        if (sequence != null) {
            sequence.close();
        }
    }
}
