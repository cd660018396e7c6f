// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;

/** The {@code llama} command line. */
public final class Main {
    /** In the order in which the help lists them. */
    private static final SequencedMap<String, Function<Console, Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("generate", GenerateCommand::new);
        COMMANDS.put("chat", ChatCommand::new);
        COMMANDS.put("template", TemplateCommand::new);
        COMMANDS.put("tokenize", TokenizeCommand::new);
        COMMANDS.put("detokenize", DetokenizeCommand::new);
        COMMANDS.put("tokenizer", TokenizerCommand::line);
        COMMANDS.put("inspect", InspectCommand::new);
        COMMANDS.put("logits", LogitsCommand::new);
        COMMANDS.put("embed", EmbedCommand::new);
        COMMANDS.put("perplexity", PerplexityCommand::new);
        COMMANDS.put("convert", ConvertCommand::new);
        COMMANDS.put("train", TrainingCommand::line);
        COMMANDS.put("bench", BenchCommand::new);
    }

    private Main() {}

    /** Runs a command and ends the JVM with its exit code: 0, 1 for a failure, 2 for wrong usage. */
    public static void main(String[] args) {
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Console console = new Console(
                System.in, new FileOutputStream(FileDescriptor.out), err, Boolean.getBoolean("llama.terminal"));
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
            int exit = commandLine(console, failures, args.length == 0 ? "" : args[0])
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

    private static CommandLine commandLine(Console console, Failures failures, String first) {
        CommandLine line = new CommandLine(new LlamaCommand());
        COMMANDS.forEach((name, command) -> {
            // What picocli learns of a command by reflection takes a while; of the others it need not know.
            if (name.equals(first) || !COMMANDS.containsKey(first)) {
                line.addSubcommand(name, command.apply(console));
            }
        });
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
