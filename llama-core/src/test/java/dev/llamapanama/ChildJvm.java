// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A JVM of its own with everything on the class path, as most users run it. */
public final class ChildJvm {
    private static final long MINUTES = 5;

    private ChildJvm() {}

    /** What it left behind. */
    public record Result(int exit, List<String> out, List<String> err) {}

    /**
     * Runs a main method and waits for its end.
     *
     * @param folder for the output
     */
    public static Result run(Path folder, List<String> options, Class<?> main, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-Duser.language=tr", "-cp", classPath()));
        command.addAll(options);
        command.add(main.getName());
        command.addAll(List.of(args));
        try {
            Path out = Files.createTempFile(folder, "out", ".txt");
            Path err = Files.createTempFile(folder, "err", ".txt");
            Process process = new ProcessBuilder(command)
                    .redirectOutput(Redirect.to(out.toFile()))
                    .redirectError(Redirect.to(err.toFile()))
                    .start();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("it hasn't ended: " + command);
            }
            return new Result(process.exitValue(), Files.readAllLines(out), Files.readAllLines(err));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** All that this JVM was given on module path or class path, and the classes under test. */
    private static String classPath() {
        Set<String> entries = new LinkedHashSet<>();
        for (String folder : List.of("target/classes", "target/test-classes")) {
            if (Files.isDirectory(Path.of(folder))) {
                entries.add(folder);
            }
        }
        for (String property : List.of("jdk.module.path", "java.class.path", "surefire.test.class.path")) {
            entries.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator)));
        }
        entries.remove("");
        return String.join(File.pathSeparator, entries);
    }
}
