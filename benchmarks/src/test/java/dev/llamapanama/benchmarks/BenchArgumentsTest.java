// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.benchmarks.BenchArguments.Command;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchArgumentsTest {
    @Test
    void optionsFollowTheCommand() {
        assertEquals(
                new BenchArguments(Command.FULL, 3, List.of("cpu-vector", "cuda"), Optional.of(Path.of("a.md"))),
                BenchArguments.parse("full", "--out", "a.md", "--threads", "3", "--backend", "cuda"));
        int cores = Runtime.getRuntime().availableProcessors();
        assertEquals(
                new BenchArguments(Command.CHECK, cores, List.of("cpu-scalar", "cpu-vector"), Optional.empty()),
                BenchArguments.parse("check"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                  | command: found , expected short, full or check",
                "short --threads 0   | --threads: found 0, expected a number from 1",
                "short --threads two | --threads: found two, expected a number from 1",
                "short --out         | --out: found no value",
                "full --quick yes    | option: found --quick, expected --threads, --backend or --out",
                "check --out a.md    | --out: check writes no file",
                "check --backend x   | --backend: check is of the processor"
            })
    void whatMakesNoSenseIsRefused(String words, String expected) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> BenchArguments.parse(words.split(" ")))
                        .getMessage());
        assertEquals(expected, message);
    }

    @Test
    void theRestIsJmhs() {
        assertTrue(BenchArguments.ours());
        assertTrue(BenchArguments.ours("check", "--threads", "1"));
        assertFalse(BenchArguments.ours("-l"));
        assertFalse(BenchArguments.ours("LinearBenchmark", "-p", "type=Q8_0"));
    }

    @Test
    void backendsOfJmhAreSeen() {
        assertEquals(
                List.of("cuda", "cpu-scalar", "x"),
                RequestedBackends.ofJmh("-p", "backend=cuda,cpu-scalar", "-pbackend=x", "backend=no", "-p", "type=F32")
                        .names());
        assertEquals(List.of(), RequestedBackends.ofJmh("LinearBenchmark").names());
    }

    @Test
    void aBackendThatIsNotThereIsRefused() {
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> new RequestedBackends(List.of("none")).requireUsable())
                .getMessage());
        assertTrue(message.startsWith("backend: found none, expected auto or one of [cuda, "), message);
    }
}
