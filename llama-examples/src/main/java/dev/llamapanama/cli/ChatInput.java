// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.ChatReply;
import dev.llamapanama.ChatStream;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where the messages of a chat come from: somebody at a terminal, or lines of standard input. */
interface ChatInput extends AutoCloseable {

    /** A terminal with editing and history, where there is one. */
    static ChatInput open(Console console) {
        return Optional.ofNullable(System.console())
                        .filter(java.io.Console::isTerminal)
                        .isPresent()
                ? TerminalInput.open()
                : new LineInput(console.in());
    }

    /**
     * The next message, or null at the end.
     *
     * @param prompt shown on a terminal
     */
    @Nullable
    String next(String prompt);

    /** Reads an answer to its end, or until somebody interrupts it. */
    default ChatReply interruptible(ChatStream answer, Consumer<String> onText) {
        try (answer) {
            answer.forEach(onText);
            return answer.reply();
        }
    }

    @Override
    void close();
}
