// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Session;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a benchmark measures, and how often. */
final class BenchOptions {
    /** The engine's key/value cache has no more, and would wait for them forever. */
    private static final long MOST_POSITIONS = 1 << 20;

    @Option(
            names = "--prompt-tokens",
            paramLabel = "N",
            defaultValue = "512",
            description = "Tokens of one sequence read at once; 0: leave this out (default: ${DEFAULT-VALUE}).")
    int promptTokens;

    @Option(
            names = "--gen-tokens",
            paramLabel = "N",
            defaultValue = "128",
            description = "Tokens generated one by one; 0: leave this out (default: ${DEFAULT-VALUE}).")
    int genTokens;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "0",
            description = "Tokens of context before those that are timed (default: ${DEFAULT-VALUE}).")
    int depth;

    @Option(
            names = "--sequences",
            paramLabel = "N",
            defaultValue = "1",
            description = "Sequences generated side by side, a token of each in one step (default: ${DEFAULT-VALUE}).")
    int sequences;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            defaultValue = "3",
            description = "Timed runs of each (default: ${DEFAULT-VALUE}).")
    int repetitions;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description =
                    "Runs before them that are not timed (default: one, or more until the JIT has had five seconds).")
    @Nullable
    Integer warmups;

    /** Refuses numbers that make no sense. */
    void check() {
        within(0, Integer.MAX_VALUE, "--prompt-tokens", promptTokens);
        within(0, Integer.MAX_VALUE, "--gen-tokens", genTokens);
        within(0, Integer.MAX_VALUE, "--depth", depth);
        within(1, Session.MOST_TOGETHER, "--sequences", sequences);
        within(1, Integer.MAX_VALUE, "--repetitions", repetitions);
        within(0, Integer.MAX_VALUE, "--warmup", warmups == null ? 0 : warmups);
        long longest = (long) depth + Math.max(promptTokens, genTokens);
        if (longest * sequences > MOST_POSITIONS) {
            throw new UsageException("--depth and tokens of all --sequences: found " + longest * sequences
                    + " positions, expected at most " + MOST_POSITIONS);
        }
    }

    private static void within(int least, int most, String option, int found) {
        if (found < least || found > most) {
            throw new UsageException(option + ": found " + found + ", expected " + least
                    + (most == Integer.MAX_VALUE ? " or more" : " to " + most));
        }
    }

    /** Positions that each sequence needs. */
    int positions() {
        return Math.max(1, depth + Math.max(promptTokens, genTokens));
    }

    /**
     * Bytes of the keys and values of all sequences.
     *
     * @param type what they are rounded to
     */
    long kvBytes(LlamaConfig config, DType type) {
        long pages = (long) sequences * KvLayout.pagesFor(positions());
        return pages * KvLayout.PAGE_TOKENS * config.kvBytesPerToken(Math.toIntExact(type.bytes(1)));
    }
}
