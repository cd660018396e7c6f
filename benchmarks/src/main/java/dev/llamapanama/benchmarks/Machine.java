// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where figures come from.
 *
 * @param processor as the system names it
 * @param cores that the JVM may use
 * @param system name and version
 * @param java version of the JVM
 * @param commit of the working directory, marked if it has changes
 */
record Machine(String processor, int cores, String system, String java, String commit) {

    static Machine here() {
        return new Machine(
                processorName(),
                Runtime.getRuntime().availableProcessors(),
                property("os.name") + " " + property("os.version"),
                property("java.vendor") + " " + property("java.vm.version"),
                commitOfDirectory());
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }

    private static String processorName() {
        Path description = Path.of("/proc/cpuinfo");
        if (Files.isReadable(description)) {
            try (Stream<String> lines = Files.lines(description)) {
                return lines.filter(line -> line.startsWith("model name"))
                        .findFirst()
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .orElse(property("os.arch"));
            } catch (IOException | UncheckedIOException _) {
                return property("os.arch");
            }
        }
        return property("os.arch");
    }

    private static String commitOfDirectory() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude=*")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String name = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return name.isEmpty() ? "unknown" : name;
        } catch (IOException _) {
            return "unknown";
        }
    }

    /**
     * A table of what one has to know of a run.
     *
     * @param command that made it
     */
    String markdown(String command) {
        return """
                | | |
                |---|---|
                | machine | %s, %d cores, %s |
                | Java | %s |
                | commit | %s |
                | command | `%s` |
                """.formatted(processor, cores, system, java, commit, command);
    }
}
