// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs sets of benchmarks and prints one table; hands all other arguments to JMH. */
public final class Bench {
    private static final String JAR = "java -jar benchmarks/target/benchmarks.jar ";

    private final PrintStream out;

    private Bench(PrintStream out) {
        this.out = out;
    }

    /** Ends with 1 for a failure, 2 for wrong usage. */
    public static void main(String[] args) throws IOException {
        try {
            if (!BenchArguments.ours(args)) {
                RequestedBackends.ofJmh(args).requireUsable();
                org.openjdk.jmh.Main.main(args);
                return;
            }
            int status = new Bench(System.out).run(BenchArguments.parse(args), JAR + String.join(" ", args));
            System.exit(status);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + BenchArguments.USAGE);
            System.exit(2);
        } catch (IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private int run(BenchArguments arguments, String command) throws IOException {
        new RequestedBackends(arguments.backends()).requireUsable();
        switch (arguments.command()) {
            case SHORT -> {
                CaseRunner runner = new CaseRunner(1, 2, 3, Duration.ofMillis(500));
                report(
                        measure(BenchmarkSet.SHORT.cases(arguments.threads(), arguments.backends()), runner),
                        arguments,
                        command);
            }
            case FULL -> {
                CaseRunner runner = new CaseRunner(1, 3, 5, Duration.ofSeconds(1));
                report(
                        measure(BenchmarkSet.FULL.cases(arguments.threads(), arguments.backends()), runner),
                        arguments,
                        command);
            }
            case CHECK -> {
                return new RegressionCheck(out).run(arguments.threads());
            }
        }
        return 0;
    }

    private List<Measured> measure(List<Case> cases, CaseRunner runner) {
        List<Measured> measured = new ArrayList<>();
        for (Case what : cases) {
            Measured result = runner.run(what);
            measured.add(result);
            out.println(
                    "[" + measured.size() + "/" + cases.size() + "] " + what + ": " + Report.time(result.seconds()));
        }
        return measured;
    }

    private void report(List<Measured> measured, BenchArguments arguments, String command) throws IOException {
        String table = new Report(measured).table();
        out.println();
        out.print(table);
        if (arguments.out().isPresent()) {
            Path file = arguments.out().get();
            Files.writeString(file, "# Kernels\n\n" + Machine.here().markdown(command) + "\n" + table);
            out.println("written to " + file);
        }
    }
}
