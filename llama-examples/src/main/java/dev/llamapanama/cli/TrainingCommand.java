// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(description = "Trains models.", synopsisSubcommandLabel = "COMMAND")
final class TrainingCommand {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    boolean help;

    private TrainingCommand() {}

    static CommandLine line(Console console) {
        return new CommandLine(new TrainingCommand()).addSubcommand("pretrain", new PretrainCommand(console));
    }
}
