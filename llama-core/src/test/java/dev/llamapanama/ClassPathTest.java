// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs on the class path, with and without the flag that makes the Vector API available. */
class ClassPathTest {
    private static final String FLAG = "--add-modules jdk.incubator.vector";
    private static final List<String> WITH_FLAG = List.of("--add-modules", "jdk.incubator.vector");

    private final Path folder;
    private final Path model;

    ClassPathTest(@TempDir Path folder) {
        this.folder = folder;
        model = TestModel.builder().layers(1).build().writeGguf(folder);
    }

    @Test
    void withoutTheFlagScalarsDoAndOneLineNamesIt() {
        ChildJvm.Result result = run("auto", List.of());
        assertEquals(List.of("cpu-scalar 8"), result.out(), () -> String.join("\n", result.err()));
        assertEquals(1, result.err().size(), () -> String.join("\n", result.err()));
        String line = result.err().getFirst();
        assertTrue(line.contains("WARN") && line.contains("Backend cpu-scalar") && line.contains(FLAG), line);
    }

    @Test
    void withTheFlagVectorsDoWithoutAWord() {
        ChildJvm.Result result = run("auto", WITH_FLAG);
        assertEquals(List.of("cpu-vector 8"), result.out(), () -> String.join("\n", result.err()));
        assertEquals(List.of("WARNING: Using incubator modules: jdk.incubator.vector"), result.err());
    }

    @Test
    void withoutC2VectorsWouldBeSlowerAndOneLineSaysSo() {
        ChildJvm.Result result =
                run("auto", List.of("--add-modules", "jdk.incubator.vector", "-XX:TieredStopAtLevel=1"));
        assertEquals(List.of("cpu-scalar 8"), result.out(), () -> String.join("\n", result.err()));
        assertEquals(
                1,
                result.err().stream()
                        .filter(line -> line.contains("WARN ") && line.contains("-XX:TieredStopAtLevel"))
                        .count(),
                () -> String.join("\n", result.err()));
    }

    @Test
    void vectorsThatCannotBeAreRefusedWithTheFlag() {
        ChildJvm.Result result = run("cpu-vector", List.of());
        assertNotEquals(0, result.exit());
        assertTrue(
                result.err().stream()
                        .anyMatch(line -> line.contains("IllegalStateException: backend cpu-vector can't be used")
                                && line.contains(FLAG)),
                () -> String.join("\n", result.err()));
    }

    private ChildJvm.Result run(String backend, List<String> options) {
        return ChildJvm.run(folder, options, GenerateMain.class, model.toString(), backend);
    }
}
