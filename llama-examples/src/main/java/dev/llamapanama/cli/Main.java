// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;

/** The {@code llama} command line. */
public final class Main {
    private Main() {}

    /** Runs a command and ends the JVM with its exit code: 0, 1 for a failure, 2 for wrong usage. */
    public static void main(String[] args) {
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Console console =
                new Console(new FileOutputStream(FileDescriptor.out), err, Boolean.getBoolean("llama.terminal"));
        System.exit(run(console, args));
    }

    static int run(Console console, String... args) {
        List<String> words = List.of(args);
        if (words.contains("--verbose")) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
        }
        Failures failures = new Failures(console.err(), words.contains("--debug"));
        // Printed below, since picocli answers a failing write with a stack trace.
        StringWriter help = new StringWriter();
        try {
            int exit = commandLine(console, failures)
                    .setOut(new PrintWriter(help, true))
                    .execute(args);
            console.out().print(help);
            if (exit == ExitCode.OK) {
                console.out().flush();
            }
            return exit;
        } catch (RuntimeException | Error e) {
            return failures.report("llama", e);
        }
    }

    private static CommandLine commandLine(Console console, Failures failures) {
        CommandLine line = new CommandLine(new LlamaCommand())
                .addSubcommand(new GenerateCommand(console))
                .addSubcommand(new TokenizeCommand(console))
                .addSubcommand(new DetokenizeCommand(console))
                .addSubcommand(new InspectCommand(console))
                .addSubcommand(new LogitsCommand(console))
                .addSubcommand(new PerplexityCommand(console))
                .addSubcommand(new BenchCommand(console));
        // A prompt may be any text: the name of an option or a command, or an @ before the name of a file.
        return line.setExpandAtFiles(false)
                .setAllowOptionsAsOptionParameters(true)
                .setAllowSubcommandsAsOptionParameters(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setUsageHelpWidth(110)
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }
}
