// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.llamapanama.Generation;
import dev.llamapanama.GenerationOptions;
import dev.llamapanama.Llama;
import dev.llamapanama.generation.FinishReason;
import dev.llamapanama.generation.Timings;
import dev.llamapanama.generation.TokenLogprob;
import dev.llamapanama.generation.Usage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(description = "Continues a prompt and prints the text as it comes.")
final class GenerateCommand extends RunCommand {
    @ArgGroup(exclusive = true, multiplicity = "1")
    private Prompt prompt = new Prompt();

    @Mixin
    private final SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private final SpeculationOption speculation = new SpeculationOption();

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "With --json: so many continuations, a line for each; the prompt is read once.")
    private int count = 1;

    GenerateCommand(Console console) {
        super(console);
    }

    private static final class Prompt {
        @Option(names = "--prompt", paramLabel = "TEXT", description = "Text to continue; may be empty.")
        private @Nullable String text;

        @Option(names = "--prompt-file", paramLabel = "FILE", description = "File whose text is to be continued.")
        private @Nullable Path file;

        String read() {
            return file == null ? String.valueOf(text) : TextFile.read(file);
        }
    }

    /** A process that has read one prompt has none of it cached. */
    private record Tokens(
            int promptTokens,
            int completionTokens,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) int draftedTokens,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) int acceptedTokens) {

        static Tokens of(Usage usage) {
            return new Tokens(
                    usage.promptTokens(), usage.completionTokens(), usage.draftedTokens(), usage.acceptedTokens());
        }
    }

    /** What {@code --json} prints. */
    private record Report(
            String text,
            List<Integer> tokens,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<TokenLogprob> logprobs,
            String finishReason,
            Tokens usage,
            Timings timings,
            String backend) {

        static Report of(Generation generation, String backend) {
            return new Report(
                    generation.text(),
                    generation.tokens(),
                    generation.logprobs(),
                    name(generation.finishReason()),
                    Tokens.of(generation.usage()),
                    generation.timings(),
                    backend);
        }
    }

    static String name(FinishReason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void run() {
        String text = prompt.read();
        try (SpeculationOption.Guesses guesses = speculation.open(model)) {
            GenerationOptions options = sampling.toOptions(guesses.speculation());
            if (!json && (options.logprobs() >= 0 || count > 1)) {
                throw new UsageException("--logprobs, --count: found without --json, which alone prints them");
            }
            generate(text, options);
        }
    }

    private void generate(String text, GenerationOptions options) {
        try (Llama llama = open()) {
            if (json) {
                String backend = llama.diagnostics().backend();
                llama.generate(text, options, count)
                        .forEach(generation -> Json.print(out, Report.of(generation, backend)));
            } else {
                llama.generate(text, options, piece -> show(piece.text()));
                out.println();
            }
        }
    }

    private void show(String text) {
        out.print(text);
        out.flush();
    }
}
