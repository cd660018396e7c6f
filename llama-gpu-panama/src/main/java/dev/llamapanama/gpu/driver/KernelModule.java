// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Kernels compiled for the current device. On the device's thread. */
public final class KernelModule implements AutoCloseable {
    private static final int LOG_BYTES = 16 << 10;

    /** {@code CU_JIT_ERROR_LOG_BUFFER} and its size. */
    private static final int[] OPTIONS = {5, 6};

    private final long handle;
    private final Map<String, Kernel> kernels = new HashMap<>();

    private KernelModule(long handle) {
        this.handle = handle;
    }

    /**
     * Has the driver compile kernels.
     *
     * @param ptx their text
     * @throws CudaException if it can't, with what it says
     */
    public static KernelModule load(String ptx) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(ptx, StandardCharsets.US_ASCII);
            MemorySegment log = arena.allocate(LOG_BYTES);
            MemorySegment options = arena.allocateFrom(JAVA_INT, OPTIONS);
            MemorySegment values = arena.allocateFrom(JAVA_LONG, log.address(), log.byteSize());
            return new KernelModule(OutParameter.readLong(out -> {
                int code = DriverFunction.MODULE_LOAD.result(
                        out, text.address(), OPTIONS.length, options.address(), values.address());
                if (code != 0) {
                    throw new CudaException(
                            DriverFunction.MODULE_LOAD.failure(code).getMessage() + "; " + log.getString(0), code);
                }
            }));
        }
    }

    /**
     * A kernel by its name.
     *
     * @throws CudaException if there is none of this name
     */
    public Kernel kernel(String name) {
        return kernels.computeIfAbsent(name, this::find);
    }

    private Kernel find(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(name);
            return new Kernel(name, OutParameter.readLong(out -> {
                int code = DriverFunction.MODULE_GET_FUNCTION.result(out, handle, text.address());
                if (code != 0) {
                    throw new CudaException(
                            "kernel " + name + ": "
                                    + DriverFunction.MODULE_GET_FUNCTION
                                            .failure(code)
                                            .getMessage(),
                            code);
                }
            }));
        }
    }

    /** Unloads them. */
    @Override
    public void close() {
        DriverFunction.MODULE_UNLOAD.call(handle);
    }
}
