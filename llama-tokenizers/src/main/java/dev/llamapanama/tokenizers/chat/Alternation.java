// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.List;
import java.util.Optional;

/** Conversations in which, after a system message or none, user and assistant take turns, as Llama 2 wants them. */
record Alternation(Optional<String> system, List<ChatMessage> turns) {

    static Alternation of(BuiltInFormat format, List<ChatMessage> messages) {
        boolean hasSystem = !messages.isEmpty() && messages.getFirst().role() == Role.SYSTEM;
        List<ChatMessage> turns = hasSystem ? messages.subList(1, messages.size()) : messages;
        for (int i = 0; i < turns.size(); i++) {
            Role expected = i % 2 == 0 ? Role.USER : Role.ASSISTANT;
            if (turns.get(i).role() != expected) {
                throw format.refuse(
                        "a message of " + turns.get(i).role().spelling() + " as number " + (i + 1),
                        "one of " + expected.spelling()
                                + ": after the system message user and assistant take turns, and the user begins");
            }
            if (!turns.get(i).toolCalls().isEmpty()) {
                throw format.refuse("tool calls", "none: the model wasn't trained to call any");
            }
        }
        Optional<String> system = hasSystem ? Optional.of(messages.getFirst().text()) : Optional.empty();
        return new Alternation(system, List.copyOf(turns));
    }
}
