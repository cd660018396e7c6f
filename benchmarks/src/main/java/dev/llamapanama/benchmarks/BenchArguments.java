// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The command line of {@link Bench}.
 *
 * @param command what to do
 * @param threads of the backends; at least 1
 * @param backends to compare
 * @param out where Markdown goes as well
 */
record BenchArguments(Command command, int threads, List<String> backends, Optional<Path> out) {
    static final String USAGE = """
            Usage: java -jar benchmarks/target/benchmarks.jar COMMAND [OPTION ...]
              short         the main kernels, two minutes
              full          everything, an hour
              check         exit code 1 if a kernel became slow beside the scalar ones or the read limit
            --threads N     threads of the backends; default: one on every core
            --backend NAME  compares it with cpu-vector, instead of that with cpu-scalar; short and full only
            --out FILE      writes the table to a Markdown file too; short and full only
            Anything else goes to JMH: -h lists its options.""";

    /** What {@link Bench} can do itself. */
    enum Command {
        SHORT,
        FULL,
        CHECK
    }

    /** Whether the arguments are ours and not JMH's. */
    static boolean ours(String... args) {
        return args.length == 0 || List.of("short", "full", "check").contains(args[0]);
    }

    /**
     * @throws IllegalArgumentException if anything in them is not as it should be
     */
    static BenchArguments parse(String... args) {
        require(args.length > 0, "command: found none, expected short, full or check");
        Command command = switch (args[0]) {
            case "short" -> Command.SHORT;
            case "full" -> Command.FULL;
            case "check" -> Command.CHECK;
            default ->
                throw new IllegalArgumentException("command: found " + args[0] + ", expected short, full or check");
        };
        int threads = Runtime.getRuntime().availableProcessors();
        List<String> backends = List.of(Case.SCALAR, Case.VECTOR);
        Optional<Path> out = Optional.empty();
        for (int i = 1; i < args.length; i += 2) {
            require(i + 1 < args.length, args[i] + ": found no value");
            switch (args[i]) {
                case "--threads" -> threads = threads(args[i + 1]);
                case "--backend" -> backends = List.of(Case.VECTOR, args[i + 1]);
                case "--out" -> out = Optional.of(Path.of(args[i + 1]));
                default ->
                    throw new IllegalArgumentException(
                            "option: found " + args[i] + ", expected --threads, --backend or --out");
            }
        }
        require(out.isEmpty() || command != Command.CHECK, "--out: check writes no file");
        require(backends.contains(Case.SCALAR) || command != Command.CHECK, "--backend: check is of the processor");
        return new BenchArguments(command, threads, backends, out);
    }

    private static int threads(String text) {
        try {
            int threads = Integer.parseInt(text);
            if (threads > 0) {
                return threads;
            }
        } catch (NumberFormatException _) {
            // refused below
        }
        throw new IllegalArgumentException("--threads: found " + text + ", expected a number from 1");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
