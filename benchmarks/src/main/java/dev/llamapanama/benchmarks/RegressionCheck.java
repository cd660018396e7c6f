// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Numerics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds kernels that lost most of their speed, by ratios that hold on any machine. Each weight type is measured in a JVM of its own,
 * as one model's process has few types; a failure counts only if it comes again in a second one.
 */
final class RegressionCheck {
    private static final int ATTEMPTS = 2;

    private final PrintStream out;

    RegressionCheck(PrintStream out) {
        this.out = out;
    }

    /**
     * @return exit code: 1 if a type failed
     */
    int run(int threads) {
        List<DType> types =
                Stream.of(DType.values()).filter(RegressionCheck::hasKernel).toList();
        return run(types, type -> passes(type, threads));
    }

    /** Of other types the JIT's plain loops take most of the time, which nothing is promised of. */
    private static boolean hasKernel(DType type) {
        return switch (type) {
            case F32, F16, BF16 -> true;
            default -> Numerics.of(type).equals(Numerics.INTEGERS);
        };
    }

    int run(List<DType> types, Predicate<DType> attempt) {
        List<DType> failed = new ArrayList<>();
        for (DType type : types) {
            if (!anyPasses(type, attempt)) {
                failed.add(type);
            }
        }
        out.println(
                failed.isEmpty()
                        ? "all kernels are as fast as they have to be"
                        : "too slow in each of " + ATTEMPTS + " attempts: " + failed + "; see the lines marked FAILED");
        return failed.isEmpty() ? 0 : 1;
    }

    private static boolean anyPasses(DType type, Predicate<DType> attempt) {
        for (int i = 0; i < ATTEMPTS; i++) {
            if (attempt.test(type)) {
                return true;
            }
        }
        return false;
    }

    private static boolean passes(DType type, int threads) {
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RatioCheck.class.getName(),
                        type.name(),
                        Integer.toString(threads))
                .inheritIO();
        try {
            return java.start().waitFor() == 0;
        } catch (IOException e) {
            throw new IllegalStateException("can't start " + java.command() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
