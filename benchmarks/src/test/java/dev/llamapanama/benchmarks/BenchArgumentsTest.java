// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.benchmarks.BenchArguments.Command;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchArgumentsTest {
    @Test
    void optionsFollowTheCommand() {
        assertEquals(
                new BenchArguments(Command.FULL, 3, Optional.of(Path.of("a.md"))),
                BenchArguments.parse("full", "--out", "a.md", "--threads", "3"));
        int cores = Runtime.getRuntime().availableProcessors();
        assertEquals(new BenchArguments(Command.CHECK, cores, Optional.empty()), BenchArguments.parse("check"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                  | command: found , expected short, full or check",
                "short --threads 0   | --threads: found 0, expected a number from 1",
                "short --threads two | --threads: found two, expected a number from 1",
                "short --out         | --out: found no value",
                "full --quick yes    | option: found --quick, expected --threads or --out",
                "check --out a.md    | --out: check writes no file"
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
}
