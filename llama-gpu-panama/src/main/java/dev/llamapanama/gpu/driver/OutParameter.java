// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongConsumer;

/** Results that a function writes where an argument points to; zero if it doesn't. */
final class OutParameter {
    private OutParameter() {}

    /** @param call is given the address of 64 bits */
    static long readLong(LongConsumer call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
            call.accept(result.address());
            return result.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /** @param call is given the address of 32 bits */
    static int readInt(LongConsumer call) {
        return (int) readLong(call); // little-endian, as every system with such a driver
    }
}
