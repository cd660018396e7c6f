// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Kernels compiled for the current device. On the device's thread. */
public final class KernelModule implements AutoCloseable {
    private static final int LOG_BYTES = 16 << 10;

    /** {@code CU_JIT_ERROR_LOG_BUFFER} and its size. */
    private static final int[] OPTIONS = {5, 6};

    private static final String ENTRY = ".entry ";

    private static final String WAIT = "griddepcontrol.wait";

    private static final int PROBE_THREADS = 32;

    private final long handle;
    private final Set<String> waiting;
    private final Map<String, Kernel> kernels = new HashMap<>();
    private boolean overlap;

    private KernelModule(long handle, Set<String> waiting) {
        this.handle = handle;
        this.waiting = waiting;
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
            long module = OutParameter.readLong(out -> {
                int code = DriverFunction.MODULE_LOAD.result(
                        out, text.address(), OPTIONS.length, options.address(), values.address());
                if (code != 0) {
                    throw new CudaException(
                            DriverFunction.MODULE_LOAD.failure(code).getMessage() + "; " + log.getString(0), code);
                }
            });
            return new KernelModule(module, waiting(ptx));
        }
    }

    /** The kernels that wait for those before them by themselves. */
    private static Set<String> waiting(String ptx) {
        Set<String> names = new HashSet<>();
        int wait = ptx.indexOf(WAIT);
        while (wait >= 0) {
            int start = ptx.lastIndexOf(ENTRY, wait) + ENTRY.length();
            names.add(ptx.substring(start, ptx.indexOf('(', start)));
            int next = ptx.indexOf(ENTRY, wait);
            wait = next < 0 ? -1 : ptx.indexOf(WAIT, next);
        }
        return names;
    }

    /**
     * Lets kernels that wait for those before them begin before these have ended, where the driver can record such launches: by recording some
     * it is found out once. Without this call, and for other kernels, a launch begins when the one before it has ended.
     *
     * @param stream to record on
     * @param probe a kernel without arguments
     */
    public void overlapOn(Stream stream, String probe) {
        overlap = waiting.contains(probe);
        if (!overlap) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            KernelLaunch launch = new KernelLaunch(arena, find(probe));
            Grid one = Grid.of(1, PROBE_THREADS);
            stream.capture(() -> {
                        launch.on(stream, one);
                        launch.on(stream, one);
                    })
                    .close();
        } catch (CudaException refused) {
            overlap = false;
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
            long function = OutParameter.readLong(out -> {
                int code = DriverFunction.MODULE_GET_FUNCTION.result(out, handle, text.address());
                if (code != 0) {
                    throw new CudaException(
                            "kernel " + name + ": "
                                    + DriverFunction.MODULE_GET_FUNCTION
                                            .failure(code)
                                            .getMessage(),
                            code);
                }
            });
            return new Kernel(name, function, overlap && waiting.contains(name));
        }
    }

    /** Unloads them. */
    @Override
    public void close() {
        DriverFunction.MODULE_UNLOAD.call(handle);
    }
}
