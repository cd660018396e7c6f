// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.GenerationOptions;
import dev.llamapanama.Speculation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
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
            description =
                    "Draw among the most probable tokens that together reach P (default: 0.9, and 1 with --mirostat).")
    private @Nullable Double topP;

    @Option(names = "--seed", paramLabel = "S", description = "The same seed gives the same text.")
    private @Nullable Long seed;

    @Option(names = "--stop", paramLabel = "STR", description = "End before this text; may be repeated.")
    private List<String> stop = new ArrayList<>();

    @Option(names = "--echo", description = "Begin the text with the prompt.")
    private boolean echo;

    @Option(names = "--ignore-eos", description = "The model may not end by itself.")
    private boolean ignoreEnd;

    @Option(
            names = "--logprobs",
            paramLabel = "N",
            description = "With --json: the logarithm of the probability of each token, and the N best at its place.")
    private int logprobs = -1;

    @Option(
            names = "--keep",
            paramLabel = "N",
            description =
                    "Where the context is full, keep the first N tokens and half of the rest, and go on; without it, end.")
    private int keep = -1;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "End with what there is after so long.")
    private @Nullable Double timeout;

    @ArgGroup
    private @Nullable GrammarOption grammar;

    @Mixin
    private final ChainOptions chain = new ChainOptions();

    GenerationOptions toOptions(@Nullable Speculation speculation) {
        try {
            GenerationOptions.Builder builder = GenerationOptions.builder()
                    .maxTokens(maxTokens)
                    .temperature(temperature)
                    .topK(topK)
                    .sampling(chain::addTo)
                    .stop(stop)
                    .echo(echo)
                    .ignoreEnd(ignoreEnd)
                    .logprobs(logprobs)
                    .shiftContext(keep)
                    .speculation(speculation);
            if (grammar != null) {
                builder.grammar(grammar.read());
            }
            if (topP != null) {
                builder.topP(topP);
            }
            if (seed != null) {
                builder.seed(seed);
            }
            if (timeout != null) {
                builder.timeout(Duration.ofNanos((long) (timeout * 1e9)));
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new UsageException(e);
        }
    }
}
