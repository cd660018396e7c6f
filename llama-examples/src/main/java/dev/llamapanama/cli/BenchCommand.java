// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Llama;
import dev.llamapanama.Session;
import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(description = "Measures the speed of reading a prompt and of generating, on random tokens.")
final class BenchCommand extends ModelCommand {
    @Option(
            names = "--prompt-tokens",
            paramLabel = "N",
            defaultValue = "512",
            description = "Tokens read at once; 0: leave this out (default: ${DEFAULT-VALUE}).")
    private int promptTokens;

    @Option(
            names = "--gen-tokens",
            paramLabel = "N",
            defaultValue = "128",
            description = "Tokens generated one by one; 0: leave this out (default: ${DEFAULT-VALUE}).")
    private int genTokens;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            defaultValue = "3",
            description = "Timed runs of each (default: ${DEFAULT-VALUE}).")
    private int repetitions;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            defaultValue = "1",
            description = "Runs before them that are not timed (default: ${DEFAULT-VALUE}).")
    private int warmups;

    BenchCommand(Console console) {
        super(console);
    }

    @Override
    public void run() {
        atLeast(0, "--prompt-tokens", promptTokens);
        atLeast(0, "--gen-tokens", genTokens);
        atLeast(1, "--repetitions", repetitions);
        atLeast(0, "--warmup", warmups);
        try (Llama llama = model.open();
                Session session = llama.session(Math.max(1, Math.max(promptTokens, genTokens)))) {
            BenchReport report = measure(llama, session);
            if (json) {
                Json.print(out, report);
            } else {
                report.print(out);
            }
        }
    }

    private static void atLeast(int least, String option, int found) {
        if (found < least) {
            throw new UsageException(option + ": found " + found + ", expected " + least + " or more");
        }
    }

    private BenchReport measure(Llama llama, Session session) {
        Bench bench = new Bench(session, llama.config().vocabSize(), warmups, repetitions);
        return BenchReport.of(
                llama.diagnostics(),
                weightBytes(),
                promptTokens,
                genTokens,
                repetitions,
                bench.prefill(promptTokens),
                bench.decode(genTokens));
    }

    private long weightBytes() {
        try (Checkpoint checkpoint = Checkpoints.open(model.model())) {
            return ModelReport.weightBytes(checkpoint);
        }
    }
}
