// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(description = "Makes tokenizers.", synopsisSubcommandLabel = "COMMAND")
final class TokenizerCommand {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    boolean help;

    private TokenizerCommand() {}

    static CommandLine line(Console console) {
        return new CommandLine(new TokenizerCommand()).addSubcommand("train", new TrainCommand(console));
    }
}
