// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Runs with native access, as the launcher does; {@code ExactDecodingTest} and others run without a mapping too. */
class SlabsTest {
    private static final long MAPPED_AT_ONCE = 256 << 20;
    /** The least that is worth a mapping. */
    private static final int LEAST = 64 << 10;

    @Test
    void partsAreAlignedZeroAndApart() {
        try (Slabs memory = new Slabs();
                Arena arena = Arena.ofShared()) {
            MemorySegment first = memory.allocate(LEAST + 100, arena);
            MemorySegment second = memory.allocate(3 << 20, arena);
            assertEquals(0, first.address() % 64);
            assertEquals(0, second.address() % 64);
            assertEquals(LEAST + 100, first.byteSize());
            first.fill((byte) 1);
            assertEquals(-1, second.mismatch(arena.allocate(second.byteSize())), "zero, and not a part of the first");
        }
    }

    @Test
    void aClosedPartIsNotRead() {
        try (Slabs memory = new Slabs();
                Arena other = Arena.ofShared()) {
            MemorySegment kept = memory.allocate(LEAST, other);
            MemorySegment part;
            try (Arena arena = Arena.ofShared()) {
                part = memory.allocate(LEAST, arena);
            }
            assertThrows(IllegalStateException.class, () -> part.get(ValueLayout.JAVA_BYTE, 0));
            kept.set(ValueLayout.JAVA_BYTE, 63, (byte) 7);
            assertEquals(7, kept.get(ValueLayout.JAVA_BYTE, 63));
        }
    }

    @Test
    void aPartOutlivesTheMemoryThatItWasTakenFrom() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment part;
            try (Slabs memory = new Slabs()) {
                part = memory.allocate(LEAST, arena);
            }
            part.set(ValueLayout.JAVA_BYTE, 0, (byte) 7);
            assertEquals(7, part.get(ValueLayout.JAVA_BYTE, 0));
        }
    }

    @Test
    void aLargeMatrixHasAMappingOfItsOwn() {
        try (Slabs memory = new Slabs();
                Arena arena = Arena.ofShared()) {
            MemorySegment large = memory.allocate(MAPPED_AT_ONCE + 1, arena);
            large.set(ValueLayout.JAVA_BYTE, MAPPED_AT_ONCE, (byte) 7);
            assertEquals(MAPPED_AT_ONCE + 1, large.byteSize());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void mappingsEndWithTheLastPart() throws IOException {
        assertTrue(HugePages.get().isPresent(), "tests run with native access");
        long address;
        try (Slabs memory = new Slabs();
                Arena arena = Arena.ofShared()) {
            address = memory.allocate(MAPPED_AT_ONCE, arena).address();
            assertTrue(isMapped(address));
        }
        assertFalse(isMapped(address));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aSmallPartTakesNoHugePage() {
        try (Slabs memory = new Slabs();
                Arena arena = Arena.ofShared()) {
            MemorySegment small = memory.allocate(LEAST - 1, arena);
            MemorySegment large = memory.allocate(LEAST, arena);
            assertTrue(Math.abs(large.address() - small.address()) >= LEAST, "not cut from one mapping");
            assertEquals(0, large.address() % (2 << 20), "the mapping begins with the first part that is worth it");
        }
    }

    private static boolean isMapped(long address) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.map(line -> line.substring(0, line.indexOf(' ')).split("-"))
                    .anyMatch(range -> Long.compareUnsigned(Long.parseUnsignedLong(range[0], 16), address) <= 0
                            && Long.compareUnsigned(address, Long.parseUnsignedLong(range[1], 16)) < 0);
        }
    }
}
