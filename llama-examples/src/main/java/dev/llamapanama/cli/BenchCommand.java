// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Llama;
import dev.llamapanama.Session;
import dev.llamapanama.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        description =
                "Measures the speed of reading a prompt of random tokens and of generating the likeliest; of a file, or of a published model"
                        + " with random weights.")
final class BenchCommand extends ModelCommand {
    @Mixin
    private final BenchModel subject = new BenchModel();

    @Mixin
    private final BenchOptions options = new BenchOptions();

    BenchCommand(Console console) {
        super(console);
    }

    @Override
    public void run() {
        options.check();
        long start = System.nanoTime();
        try (Checkpoint checkpoint = subject.open(model, options);
                Llama llama = model.open(checkpoint, options.kvBytes(checkpoint.config(), model.kvType()))) {
            double loadMillis = (System.nanoTime() - start) / 1e6;
            BenchReport report = measure(llama, ModelReport.weightBytes(checkpoint), loadMillis);
            if (json) {
                Json.print(out, report);
            } else {
                report.print(out);
            }
        }
    }

    private BenchReport measure(Llama llama, long weightBytes, double loadMillis) {
        Bench bench = new Bench(sessions(llama), llama.config().vocabSize(), options);
        bench.readContext();
        Rate prefill = bench.prefill();
        Rate decode = bench.decode();
        return BenchReport.of(llama.diagnostics(), weightBytes, loadMillis, options, prefill, decode);
    }

    /** They end with the model. */
    private List<Session> sessions(Llama llama) {
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < options.sequences; i++) {
            sessions.add(llama.session(options.positions()));
        }
        return sessions;
    }
}
