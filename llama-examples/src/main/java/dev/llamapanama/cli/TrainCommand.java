// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.tokenizers.train.TokenizerTrainer;
import dev.llamapanama.tokenizers.train.TrainedTokenizer;
import dev.llamapanama.tokenizers.train.TrainingProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(description = "Finds the vocabulary of a text and writes it as tokenizer.model.")
final class TrainCommand extends ConsoleCommand {
    private static final String BPE = "bpe";
    private static final String TIKTOKEN = "tiktoken";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Console console;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            split = ",",
            required = true,
            description = "Text in UTF-8, line by line. Several files have commas between.")
    private List<Path> input = List.of();

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "More files of text, read after those of --input.")
    private List<Path> more = List.of();

    @Option(
            names = "--vocab-size",
            paramLabel = "N",
            required = true,
            description = "Number of pieces, those that no text decides about among them.")
    private int vocabSize;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = BPE,
            description =
                    "bpe: SentencePiece BPE, as Llama 1 and 2 have it; tiktoken: byte-level BPE, as Llama 3 has it, to which only"
                            + " --vocab-size applies, without the control tokens (default: ${DEFAULT-VALUE}).")
    private String type = BPE;

    @Option(names = "--output", paramLabel = "FILE", required = true, description = "The tokenizer.model to write.")
    private @Nullable Path output;

    @Option(names = "--force", description = "Replace the output if it is there.")
    private boolean force;

    @Mixin
    private final SentencePieceFlags flags = new SentencePieceFlags();

    TrainCommand(Console console) {
        super(console);
        this.console = console;
    }

    /** What {@code --json} prints. */
    private record Report(String file, String type, int pieces, long lines, long skippedLines, double seconds) {}

    @Override
    public void run() {
        if (output == null) {
            throw new UsageException("no output given: --output FILE");
        }
        if (!force && Files.exists(output)) {
            throw new IllegalArgumentException(output + ": exists already; --force replaces it");
        }
        Path folder = output.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(output + ": its folder does not exist");
        }
        long start = System.nanoTime();
        TrainedTokenizer trained = train(trainer());
        trained.write(output);
        print(output, trained, (System.nanoTime() - start) / 1e9);
    }

    private TokenizerTrainer trainer() {
        try {
            return switch (type) {
                case BPE -> TokenizerTrainer.sentencePiece(flags.options(vocabSize));
                case TIKTOKEN -> tiktoken();
                default -> throw new UsageException("--type: found " + type + ", expected " + BPE + " or " + TIKTOKEN);
            };
        } catch (IllegalArgumentException e) {
            throw new UsageException(e);
        }
    }

    private TokenizerTrainer tiktoken() {
        for (OptionSpec option :
                CommandSpec.forAnnotatedObject(new SentencePieceFlags()).options()) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option.longestName())) {
                throw new UsageException(option.longestName() + ": found with --type tiktoken, expected with bpe");
            }
        }
        return TokenizerTrainer.tiktoken(vocabSize);
    }

    private TrainedTokenizer train(TokenizerTrainer trainer) {
        try (ProgressBar bar = new ProgressBar(console)) {
            return trainer.progress(new TrainingProgress() {
                        @Override
                        public void read(long done, long total) {
                            bar.show(done, total);
                        }

                        @Override
                        public void learned(int done, int total) {
                            bar.show(done, total);
                        }
                    })
                    .train(Stream.concat(input.stream(), more.stream()).toList());
        }
    }

    private void print(Path file, TrainedTokenizer trained, double seconds) {
        int pieces = trained.definition().pieces().size();
        if (json) {
            Json.print(
                    out, new Report(file.toString(), type, pieces, trained.lines(), trained.skippedLines(), seconds));
        } else {
            out.println(String.format(
                    Locale.ROOT,
                    "%s: %d pieces from %d lines in %.1f s, %d lines left out",
                    file,
                    pieces,
                    trained.lines(),
                    seconds,
                    trained.skippedLines()));
        }
    }
}
