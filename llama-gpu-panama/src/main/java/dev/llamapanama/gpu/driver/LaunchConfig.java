// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A {@code CUlaunchConfig} of a launch that may begin before the one ahead of it in its stream has ended.
 *
 * @param memory valid as long as the arena that it was made in
 */
record LaunchConfig(MemorySegment memory) {
    private static final long BYTES = 56;
    private static final long BLOCK = 12;
    private static final long SHARED = 24;
    private static final long STREAM = 32;
    private static final long ATTRIBUTES = 40;
    private static final long ATTRIBUTE_COUNT = 48;

    /** Of a {@code CUlaunchAttribute}. */
    private static final long ATTRIBUTE_BYTES = 72;

    private static final long ATTRIBUTE_VALUE = 8;
    private static final int PROGRAMMATIC_STREAM_SERIALIZATION = 6;

    static LaunchConfig of(Arena arena, Grid grid, Stream stream) {
        MemorySegment attribute = arena.allocate(ATTRIBUTE_BYTES, Long.BYTES);
        attribute.set(JAVA_INT, 0, PROGRAMMATIC_STREAM_SERIALIZATION);
        attribute.set(JAVA_INT, ATTRIBUTE_VALUE, 1);
        MemorySegment memory = arena.allocate(BYTES, Long.BYTES);
        setSize(memory, 0, grid.x(), grid.y(), grid.z());
        setSize(memory, BLOCK, grid.threads(), 1, 1);
        memory.set(JAVA_INT, SHARED, grid.shared());
        memory.set(JAVA_LONG, STREAM, stream.handle());
        memory.set(JAVA_LONG, ATTRIBUTES, attribute.address());
        memory.set(JAVA_INT, ATTRIBUTE_COUNT, 1);
        return new LaunchConfig(memory);
    }

    private static void setSize(MemorySegment memory, long at, int... sizes) {
        for (int i = 0; i < sizes.length; i++) {
            memory.set(JAVA_INT, at + (long) i * Integer.BYTES, sizes[i]);
        }
    }

    long address() {
        return memory.address();
    }
}
