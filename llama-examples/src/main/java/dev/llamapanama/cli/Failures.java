// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.tokenizers.TokenizerException;
import dev.llamapanama.tokenizers.chat.ChatException;
import dev.llamapanama.training.TrainingDivergedException;
import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.scaling.ScalingLawException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line and an exit code; a stack trace only for {@code --debug}. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final PrintStream err;
    private final boolean debug;

    Failures(PrintStream err, boolean debug) {
        this.err = err;
        this.debug = debug;
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        String hint = "; see " + command + " --help";
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> similar = unmatched.getSuggestions();
            hint = similar.isEmpty() ? hint : "; did you mean " + String.join(" or ", similar) + "?";
        }
        line(command, String.valueOf(e.getMessage()).replaceFirst("^Error: ", "") + hint, e);
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
        return report(line.getCommandSpec().qualifiedName(), e);
    }

    int report(String command, Throwable e) {
        switch (e) {
            case OutputException output
            when output.readerLeft() -> {
                return ExitCode.OK;
            }
            case UsageException usage -> {
                line(command, usage.getMessage() + "; see " + command + " --help", e);
                return ExitCode.USAGE;
            }
            case ChatException _,
                    CheckpointException _,
                    ScalingLawException _,
                    TokenizerException _,
                    TrainingDivergedException _,
                    TrainingFileException _,
                    IllegalArgumentException _,
                    IllegalStateException _,
                    UncheckedIOException _ -> line(command, String.valueOf(e.getMessage()), e);
            case OutOfMemoryError _ -> line(command, "out of memory (" + e.getMessage() + "): " + HEAP, e);
            default -> line(command, "internal error: " + e + (debug ? "" : "; --debug shows where"), e);
        }
        return ExitCode.SOFTWARE;
    }

    private static final String HEAP =
            "a smaller --context needs less, LLAMA_OPTS=-Xmx8g in the environment gives more";

    private void line(String command, String message, Throwable e) {
        err.println(command + ": " + message.strip().replaceAll("\\s*\\R\\s*", " "));
        if (debug) {
            e.printStackTrace(err);
        }
    }
}
