// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated driver finds the faults planted in kernels and in calls, and nothing in those that have none. */
class SimulatorTest {

    @ParameterizedTest
    @ValueSource(strings = {"sim-selftest", "sim-selftest-checked"})
    void findsPlantedFaults(String program) throws IOException, InterruptedException {
        Path library = Path.of(CudaLibrary.name()).toAbsolutePath();
        Assumptions.assumeTrue(library.endsWith("libcuda-sim.so"), "not the simulated driver");
        Process process = new ProcessBuilder(library.resolveSibling(program).toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
