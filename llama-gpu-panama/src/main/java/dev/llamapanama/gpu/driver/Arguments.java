// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The arguments of a kernel in memory, as a launch wants them: an array of pointers to values. Built once, used for every launch.
 *
 * @param pointers to the values; valid as long as the arena that they were made in
 */
record Arguments(MemorySegment pointers) {

    /**
     * @param values device addresses and {@code long long} as Long, {@code int} as Integer, {@code float} and {@code double}
     */
    static Arguments of(Arena arena, Object... values) {
        MemorySegment stored = arena.allocate(JAVA_LONG, values.length);
        MemorySegment pointers = arena.allocate(JAVA_LONG, values.length);
        for (int i = 0; i < values.length; i++) {
            long at = (long) i * Long.BYTES;
            switch (values[i]) {
                case Long value -> stored.set(JAVA_LONG, at, value);
                case Integer value -> stored.set(JAVA_INT, at, value);
                case Float value -> stored.set(JAVA_FLOAT, at, value);
                case Double value -> stored.set(JAVA_DOUBLE, at, value);
                default ->
                    throw new IllegalArgumentException("argument " + i + ": found "
                            + values[i].getClass().getName() + ", expected a number of a kernel");
            }
            pointers.set(JAVA_LONG, at, stored.address() + at);
        }
        return new Arguments(pointers);
    }
}
