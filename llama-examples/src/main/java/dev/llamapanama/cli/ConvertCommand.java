// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.convert.Conversion;
import dev.llamapanama.checkpoint.convert.ConversionReport;
import dev.llamapanama.checkpoint.convert.WeightTypes;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(description = "Writes a model of any format as one GGUF file, its weights stored as another type.")
final class ConvertCommand extends ModelCommand {
    private static final int SUGGESTIONS = 3;
    private static final String USUAL_TYPE = "F16";

    private final Console console;

    @Option(names = "--output", paramLabel = "FILE", required = true, description = "The GGUF file to write.")
    private @Nullable Path output;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = USUAL_TYPE,
            description =
                    "What weights are stored as, by the names of llama.cpp: F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1,"
                            + " Q2_K, Q2_K_S, Q3_K_S, Q3_K_M, Q3_K_L, Q4_K_S, Q4_K_M, Q5_K_S, Q5_K_M, Q6_K, IQ4_NL or IQ4_XS"
                            + " (default: ${DEFAULT-VALUE}).")
    private String type = USUAL_TYPE;

    @Option(
            names = "--describe",
            paramLabel = "KEY=TEXT",
            description =
                    "What the file says about the model, as general.name=… or tokenizer.chat_template=@FILE: text, or the file that has it. May be"
                            + " repeated.")
    private Map<String, String> descriptions = Map.of();

    @Option(names = "--force", description = "Replace the output if it is there.")
    private boolean force;

    ConvertCommand(Console console) {
        super(console);
        this.console = console;
    }

    /** What {@code --json} prints. */
    private record Report(String file, String type, long bytes, double seconds, double error, double relativeError) {}

    @Override
    public void run() {
        if (output == null) {
            throw new UsageException("no output given: --output FILE");
        }
        if (!WeightTypes.fileTypes().contains(type)) {
            throw new UsageException("--type: found " + type + ", which is none; close to it: "
                    + String.join(", ", CloseNames.to(type, WeightTypes.fileTypes(), SUGGESTIONS)));
        }
        if (!force && Files.exists(output)) {
            throw new IllegalArgumentException(output + ": exists already; --force replaces it");
        }
        print(convert(output));
    }

    private ConversionReport convert(Path target) {
        TokenizerDefinition tokenizer = model.givenTokenizer();
        try (Checkpoint checkpoint = Checkpoints.open(model.model());
                ProgressBar bar = new ProgressBar(console)) {
            Conversion conversion = described(Conversion.of(checkpoint))
                    .type(type)
                    .replacing(force)
                    .progress(bar::show);
            return (tokenizer == null ? conversion : conversion.tokenizer(tokenizer)).write(target);
        }
    }

    private Conversion described(Conversion conversion) {
        for (Map.Entry<String, String> entry : descriptions.entrySet()) {
            String value = entry.getValue();
            String text = value.startsWith("@") ? TextFile.read(Path.of(value.substring(1))) : value;
            try {
                conversion = conversion.describe(entry.getKey(), text);
            } catch (IllegalArgumentException e) {
                throw new UsageException(e);
            }
        }
        return conversion;
    }

    private void print(ConversionReport report) {
        double seconds = report.nanos() / 1e9;
        if (json) {
            Json.print(
                    out,
                    new Report(
                            report.file().toString(),
                            type,
                            report.bytes(),
                            seconds,
                            report.error(),
                            report.relativeError()));
        } else {
            out.println(String.format(
                    Locale.ROOT,
                    "%s: %s, %s in %.1f s, root mean square error %.3g (%.2f %% of the weights')",
                    report.file(),
                    type,
                    ByteCount.format(report.bytes()),
                    seconds,
                    report.error(),
                    100 * report.relativeError()));
        }
    }
}
