// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The driver under test, where it is the simulated one: what its machine has can be changed. */
@SuppressWarnings("restricted")
public final class SimulatedDriver {
    private SimulatedDriver() {}

    /**
     * Changes the machine, runs a test, and changes it back. A test on a real driver ends here.
     *
     * @param setting as in src/test/native/settings.cpp
     */
    public static void with(String setting, long value, long usual, Runnable test) {
        Optional<MemorySegment> configure = CudaLibrary.loaded().find("simConfigure");
        Assumptions.assumeTrue(configure.isPresent(), "not the simulated driver");
        configure(configure.orElseThrow(), setting, value);
        try {
            test.run();
        } finally {
            configure(configure.orElseThrow(), setting, usual);
        }
    }

    private static void configure(MemorySegment function, String setting, long value) {
        MethodHandle handle =
                Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
        try (Arena arena = Arena.ofConfined()) {
            int code = (int) handle.invokeExact(arena.allocateFrom(setting), value);
            if (code != 0) {
                throw new IllegalArgumentException(setting + ": found " + value + ", refused with " + code);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new LinkageError(setting, t);
        }
    }
}
