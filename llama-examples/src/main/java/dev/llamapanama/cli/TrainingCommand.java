// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.training.TuningKind;
import java.util.Locale;
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
        CommandLine line =
                new CommandLine(new TrainingCommand()).addSubcommand("pretrain", new PretrainCommand(console));
        for (TuningKind kind : TuningKind.values()) {
            line.addSubcommand(kind.name().toLowerCase(Locale.ROOT), TuneCommand.line(console, kind));
        }
        return line.addSubcommand("scaling", new ScalingCommand(console));
    }
}
