// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.ChatReply;
import dev.llamapanama.ChatStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** Somebody at a terminal. */
final class TerminalInput implements ChatInput {
    private static final String CONTINUED = "\\\n";

    private final Terminal terminal;
    private final LineReader reader;

    private TerminalInput(Terminal terminal) {
        this.terminal = terminal;
        // Quotes and brackets of a message need not be closed; a backslash at the end of a line continues it.
        DefaultParser parser = new DefaultParser().quoteChars(new char[0]).eofOnUnclosedQuote(false);
        parser.setEofOnEscapedNewLine(true);
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(parser)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "… ")
                .build();
    }

    static TerminalInput open() {
        try {
            return new TerminalInput(TerminalBuilder.builder().system(true).build());
        } catch (IOException e) {
            throw new UncheckedIOException("terminal: " + e.getMessage(), e);
        }
    }

    /** Ctrl-C drops what was typed. */
    @Override
    public @Nullable String next(String prompt) {
        while (true) {
            try {
                return reader.readLine(prompt).replace(CONTINUED, "\n");
            } catch (UserInterruptException e) {
                terminal.writer().println("(Ctrl-D or /exit leaves)");
            } catch (EndOfFileException e) {
                return null;
            }
        }
    }

    /** Ctrl-C ends the answer; the chat goes on with what was said by then. */
    @Override
    public ChatReply interruptible(ChatStream answer, Consumer<String> onText) {
        AtomicBoolean interrupted = new AtomicBoolean();
        SignalHandler before = terminal.handle(Signal.INT, signal -> interrupted.set(true));
        try (answer) {
            Iterator<String> pieces = answer.iterator();
            while (!interrupted.get() && pieces.hasNext()) {
                onText.accept(pieces.next());
            }
            if (interrupted.get()) {
                answer.close();
            }
            return answer.reply();
        } finally {
            terminal.handle(Signal.INT, before);
        }
    }

    @Override
    public void close() {
        try {
            terminal.close();
        } catch (IOException e) {
            throw new UncheckedIOException("terminal: " + e.getMessage(), e);
        }
    }
}
