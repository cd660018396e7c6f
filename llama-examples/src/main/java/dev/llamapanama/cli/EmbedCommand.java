// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.EmbeddingOptions;
import dev.llamapanama.EmbeddingOptions.Pooling;
import dev.llamapanama.Llama;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(description = "Prints vectors that stand for texts as JSON, one line for each text.")
final class EmbedCommand extends RunCommand {
    @ArgGroup(exclusive = true, multiplicity = "1")
    private Texts texts = new Texts();

    @Option(
            names = "--pooling",
            paramLabel = "HOW",
            description = "mean: of the states of all tokens; last: that of the last (default: ${DEFAULT-VALUE}).")
    private String pooling = "mean";

    @Option(names = "--raw", description = "Leave the length as it comes, not 1.")
    private boolean raw;

    EmbedCommand(Console console) {
        super(console);
    }

    private static final class Texts {
        @Option(names = "--text", paramLabel = "TEXT", description = "A text; may be repeated.")
        private @Nullable List<String> texts;

        @Option(names = "--text-file", paramLabel = "FILE", description = "A file whose lines are texts.")
        private @Nullable Path file;

        List<String> read() {
            return file == null
                    ? List.copyOf(texts == null ? List.of() : texts)
                    : TextFile.read(file).lines().toList();
        }
    }

    @Override
    public void run() {
        EmbeddingOptions options =
                EmbeddingOptions.DEFAULT.withPooling(pooling()).withNormalised(!raw);
        List<String> read = texts.read();
        try (Llama llama = open()) {
            llama.embed(read, options).forEach(vector -> Json.print(out, Map.of("embedding", vector)));
        }
    }

    private Pooling pooling() {
        try {
            return Pooling.valueOf(pooling.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--pooling: found " + pooling + ", expected mean or last");
        }
    }
}
