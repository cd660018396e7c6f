// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Llama;
import dev.llamapanama.Perplexity;
import dev.llamapanama.tokenizers.EncodeOptions;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        description =
                "Measures how well a model predicts a text, in windows of --context tokens (default: 512, or what "
                        + "the model was made for if that is less).")
final class PerplexityCommand extends RunCommand {
    private static final int DEFAULT_CONTEXT = 512;

    private final Console console;

    @Option(names = "--file", paramLabel = "FILE", required = true, description = "The text, in UTF-8.")
    private Path file = Path.of("");

    @Option(
            names = "--stride",
            paramLabel = "N",
            description =
                    "Tokens by which the window advances, from 1 to its size, which is the default. Less lets the "
                            + "model look back further and takes longer.")
    private @Nullable Integer stride;

    PerplexityCommand(Console console) {
        super(console);
        this.console = console;
    }

    private record Report(
            double perplexity, int tokens, double negativeLogLikelihood, int context, int stride, String backend) {}

    @Override
    public void run() {
        String text = TextFile.read(file);
        try (Llama llama = open()) {
            int[] ids = llama.tokenizer().encode(text, EncodeOptions.PROMPT.withEos(EncodeOptions.Boundary.NEVER));
            int context = model.context() > 0
                    ? model.context()
                    : Math.min(DEFAULT_CONTEXT, llama.diagnostics().contextLength());
            print(score(llama, ids, context), llama.diagnostics().backend());
        }
    }

    private Perplexity score(Llama llama, int[] ids, int context) {
        try (ProgressBar bar = new ProgressBar(console)) {
            return llama.perplexity(ids, context, stride == null ? context : stride, bar);
        }
    }

    private void print(Perplexity result, String backend) {
        if (json) {
            Json.print(
                    out,
                    new Report(
                            result.value(),
                            result.tokens(),
                            result.negativeLogLikelihood(),
                            result.context(),
                            result.stride(),
                            backend));
        } else {
            out.printf(
                    Locale.ROOT,
                    "perplexity %.4f over %d tokens (windows of %d, stride %d)%n",
                    result.value(),
                    result.tokens(),
                    result.context(),
                    result.stride());
        }
    }
}
