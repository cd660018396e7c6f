// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import java.io.PrintStream;
import picocli.CommandLine.Option;

/** A command, with the options that each of them has. */
abstract class ConsoleCommand implements Runnable {
    final PrintStream out;

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    /** Read by {@link Main}, since the first log line may come before the command does. */
    @Option(names = "--verbose", description = "Log to standard error what is done and chosen.")
    boolean verbose;

    /** Read by {@link Main}, since options that can't be parsed are errors too. */
    @Option(names = "--debug", description = "Show where an error comes from.")
    boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    boolean help;

    ConsoleCommand(Console console) {
        out = console.out();
    }
}
