// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.LlamaVariant;
import dev.llamapanama.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MemoryTest {
    private static final String STATUS = """
            Name:	java
            VmPeak:	 9000 kB
            VmHWM:	  123456 kB
            NotVmRSS:	  2 kB
            VmRSS:	  1 kB
            Threads:	7
            """;

    @Test
    void readsAFieldOfALinuxFile() {
        assertEquals(OptionalLong.of(123_456 * 1024L), ProcessMemory.field(STATUS, "VmHWM"));
        assertEquals(OptionalLong.of(1024), ProcessMemory.field(STATUS, "VmRSS"));
        assertEquals(OptionalLong.empty(), ProcessMemory.field(STATUS, "MemAvailable"));
        assertEquals(OptionalLong.empty(), ProcessMemory.field(STATUS, "Threads"));
    }

    @Test
    void asksTheSystem() {
        assertEquals(
                Files.exists(Path.of("/proc/self/status")), ProcessMemory.peak().isPresent());
        assertTrue(ProcessMemory.peak().orElse(1 << 20) >= 1 << 20);
        assertTrue(ProcessMemory.available() > 0);
    }

    /** Llama 3.2 1B: width 2048, feed-forward 8192, 16 layers of 8 heads of 64 for keys; 3 sequences of 33 pages of 16. */
    @Test
    void countsWeightsKeysAndActivations() {
        BenchOptions options = new BenchOptions();
        options.promptTokens = 17;
        options.genTokens = 5;
        options.depth = 500;
        options.sequences = 3;
        LlamaConfig config = LlamaVariant.byId("llama3.2-1b").config();
        MemoryNeed need = MemoryNeed.of(config, 1000, options.kvBytes(config, DType.F16));

        assertEquals(1000, need.weights());
        assertEquals(2L * 16 * 8 * 64 * 2 * 3 * 33 * 16, need.keysAndValues());
        assertEquals(4L * (128 * (4 * 2048 + 2 * 8192) + 32 * 128_256), need.activations());
    }

    /** A token of Llama 3.2 1B takes 32,768 bytes as F16. */
    @Test
    void saysWhatThisMachineCanRun() {
        LlamaConfig config = LlamaVariant.byId("llama3.2-1b").config();
        long rest = MemoryNeed.of(config, 0, 0).total();

        Capacity enough = Capacity.of(config, 1 << 30, 1000, DType.F16, (1 << 30) + rest + 32_768L * 1000);
        assertTrue(enough.fits());
        assertEquals(1000, enough.context());
        assertEquals(1000, enough.longestContext());

        Capacity shorter = Capacity.of(config, 1 << 30, 0, DType.F32, (1 << 30) + rest + 65_536L * 99 + 5);
        assertFalse(shorter.fits());
        assertEquals(131_072, shorter.context());
        assertEquals(99, shorter.longestContext());

        Capacity none = Capacity.of(config, 1L << 32, 512, DType.F16, 1_000_000_000);
        assertEquals(0, none.longestContext());
        assertEquals(List.of(DType.Q5_K, DType.Q4_K, DType.Q3_K, DType.Q2_K), none.typesThatFit());
    }

    @Test
    void refusesWhatDoesNotFit() {
        MemoryNeed need = new MemoryNeed(3 << 20, 1 << 20, 512);

        assertDoesNotThrow(() -> need.requireAtMost((4 << 20) + 512));
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> need.requireAtMost((4 << 20) + 511))
                        .getMessage());
        assertEquals(
                "memory: found 4.00 MiB available, expected 4.00 MiB: 3.00 MiB of weights, 1.00 MiB of keys and values,"
                        + " 512 B of activations",
                message);
    }
}
