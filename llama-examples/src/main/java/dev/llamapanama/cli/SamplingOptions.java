// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.GenerationOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much is generated and how tokens are drawn. */
final class SamplingOptions {
    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Most tokens to generate (default: ${DEFAULT-VALUE}).")
    private int maxTokens = GenerationOptions.DEFAULT.maxTokens();

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "0: always the most probable token (default: ${DEFAULT-VALUE}).")
    private double temperature = GenerationOptions.DEFAULT.sampling().temperature();

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Draw among the K most probable tokens; 0: all (default: ${DEFAULT-VALUE}).")
    private int topK = GenerationOptions.DEFAULT.sampling().topK();

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "Draw among the most probable tokens that together reach P (default: ${DEFAULT-VALUE}).")
    private double topP = GenerationOptions.DEFAULT.sampling().topP();

    @Option(names = "--seed", paramLabel = "S", description = "The same seed gives the same text.")
    private @Nullable Long seed;

    @Option(names = "--stop", paramLabel = "STR", description = "End before this text; may be repeated.")
    private List<String> stop = new ArrayList<>();

    @Option(names = "--echo", description = "Begin the text with the prompt.")
    private boolean echo;

    GenerationOptions toOptions() {
        GenerationOptions.Builder builder = GenerationOptions.builder()
                .maxTokens(maxTokens)
                .temperature(temperature)
                .topK(topK)
                .topP(topP)
                .stop(stop)
                .echo(echo);
        try {
            return (seed == null ? builder : builder.seed(seed)).build();
        } catch (IllegalArgumentException e) {
            throw new UsageException(e);
        }
    }
}
