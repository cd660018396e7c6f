// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Diagnostics;
import java.io.PrintStream;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark found.
 *
 * @param model the file, or what random weights stand for
 * @param modelBytes size of the weights
 * @param backend what computed
 * @param device what it computed on
 * @param threads threads that computed
 * @param promptTokens tokens read at once
 * @param genTokens tokens generated one by one in each sequence
 * @param depth tokens of context before them
 * @param sequences sequences generated side by side
 * @param repetitions timed runs of each
 * @param loadMillis time that opening took, and making random weights
 * @param prefillTokensPerSecond speed of reading a prompt, or null if that was left out
 * @param decodeTokensPerSecond speed of generating, all sequences together, or null if that was left out
 * @param decodeTokensPerSecondAndSequence the same for each of the sequences
 * @param effectiveGigabytesPerSecond weights times mean steps per second: memory traffic of generating, 10^9 bytes
 * @param peakResidentBytes most memory that the process held at once, or null where the system doesn't say
 */
record BenchReport(
        String model,
        long modelBytes,
        String backend,
        String device,
        int threads,
        int promptTokens,
        int genTokens,
        int depth,
        int sequences,
        int repetitions,
        double loadMillis,
        @Nullable Rate prefillTokensPerSecond,
        @Nullable Rate decodeTokensPerSecond,
        @Nullable Rate decodeTokensPerSecondAndSequence,
        @Nullable Double effectiveGigabytesPerSecond,
        @Nullable Long peakResidentBytes) {

    static BenchReport of(
            Diagnostics diagnostics,
            long modelBytes,
            double loadMillis,
            BenchOptions options,
            @Nullable Rate prefill,
            @Nullable Rate decode) {
        Rate steps = decode == null ? null : decode.share(options.sequences);
        OptionalLong peak = ProcessMemory.peak();
        return new BenchReport(
                diagnostics.file(),
                modelBytes,
                diagnostics.backend(),
                diagnostics.device(),
                diagnostics.threads(),
                options.promptTokens,
                options.genTokens,
                options.depth,
                options.sequences,
                options.repetitions,
                loadMillis,
                prefill,
                decode,
                steps,
                steps == null ? null : modelBytes * steps.mean() / 1e9,
                peak.isPresent() ? peak.getAsLong() : null);
    }

    void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%s, %s of weights, loaded in %.2f s%n",
                model,
                ByteCount.format(modelBytes),
                loadMillis / 1e3);
        out.printf("%s: %s, %d threads, %d repetitions%n", backend, device, threads, repetitions);
        if (depth > 0) {
            out.printf("after %d tokens of context%n", depth);
        }
        out.printf("%n%-16s %12s %10s %12s%n", "tokens/s", "mean", "deviation", "median");
        print(out, "prefill " + promptTokens, prefillTokensPerSecond);
        print(out, "decode " + genTokens + (sequences > 1 ? " x " + sequences : ""), decodeTokensPerSecond);
        if (sequences > 1) {
            print(out, "  each of them", decodeTokensPerSecondAndSequence);
        }
        out.println();
        if (effectiveGigabytesPerSecond != null) {
            out.printf(Locale.ROOT, "weights read while decoding: %.2f GB/s%n", effectiveGigabytesPerSecond);
        }
        if (peakResidentBytes != null) {
            out.printf("most memory held at once: %s%n", ByteCount.format(peakResidentBytes));
        }
    }

    private static void print(PrintStream out, String name, @Nullable Rate rate) {
        if (rate != null) {
            out.printf(
                    Locale.ROOT,
                    "%-16s %12.2f %10.2f %12.2f%n",
                    name,
                    rate.mean(),
                    rate.standardDeviation(),
                    rate.median());
        }
    }
}
