// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Diagnostics;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark found.
 *
 * @param model the file
 * @param modelBytes size of the weights
 * @param backend what computed
 * @param device what it computed on
 * @param threads threads that computed
 * @param promptTokens tokens read at once
 * @param genTokens tokens generated one by one
 * @param repetitions timed runs of each
 * @param prefillTokensPerSecond speed of reading a prompt, or null if that was left out
 * @param decodeTokensPerSecond speed of generating, or null if that was left out
 * @param effectiveGigabytesPerSecond weights times mean tokens per second: memory traffic of generating, 10^9 bytes
 */
record BenchReport(
        String model,
        long modelBytes,
        String backend,
        String device,
        int threads,
        int promptTokens,
        int genTokens,
        int repetitions,
        @Nullable Rate prefillTokensPerSecond,
        @Nullable Rate decodeTokensPerSecond,
        @Nullable Double effectiveGigabytesPerSecond) {

    static BenchReport of(
            Diagnostics diagnostics,
            long modelBytes,
            int promptTokens,
            int genTokens,
            int repetitions,
            @Nullable Rate prefill,
            @Nullable Rate decode) {
        return new BenchReport(
                diagnostics.file(),
                modelBytes,
                diagnostics.backend(),
                diagnostics.device(),
                diagnostics.threads(),
                promptTokens,
                genTokens,
                repetitions,
                prefill,
                decode,
                decode == null ? null : modelBytes * decode.mean() / 1e9);
    }

    void print(PrintStream out) {
        out.printf("%s, %s of weights%n", model, ByteCount.format(modelBytes));
        out.printf("%s: %s, %d threads, %d repetitions%n%n", backend, device, threads, repetitions);
        out.printf("%-16s %12s %10s %12s%n", "tokens/s", "mean", "deviation", "median");
        print(out, "prefill " + promptTokens, prefillTokensPerSecond);
        print(out, "decode " + genTokens, decodeTokensPerSecond);
        if (effectiveGigabytesPerSecond != null) {
            out.printf(Locale.ROOT, "%nweights read while decoding: %.2f GB/s%n", effectiveGigabytesPerSecond);
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
