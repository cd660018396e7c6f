// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import java.lang.foreign.Arena;

/** A kernel and its arguments: all that a launch needs beside the number of blocks, put together once. */
public final class KernelLaunch {
    /** {@code CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES}, and what it is for kernels that nobody has set it for. */
    private static final int MOST_SHARED = 8;

    private static final int USUAL_SHARED = 48 << 10;

    private final Kernel kernel;
    private final Arguments arguments;

    /**
     * @param arena keeps the arguments; the launch is of use as long as it is open
     * @param arguments device addresses and {@code long long} as Long, {@code int} as Integer, {@code float} as Float, {@code double} as Double
     */
    public KernelLaunch(Arena arena, Kernel kernel, Object... arguments) {
        this.kernel = kernel;
        this.arguments = Arguments.of(arena, arguments);
    }

    /** The name of the kernel. */
    public String kernel() {
        return kernel.name();
    }

    /** Hands it over to a stream. On the device's thread. */
    public void on(Stream stream, Grid grid) {
        handOver(stream, grid, kernel.overlaps());
    }

    /** The same where it reads before it waits what those ahead of it write: it begins when they have ended. */
    public void behindAllOn(Stream stream, Grid grid) {
        handOver(stream, grid, false);
    }

    private void handOver(Stream stream, Grid grid, boolean overlaps) {
        if (grid.shared() > USUAL_SHARED) {
            DriverFunction.FUNC_SET_ATTRIBUTE.call(kernel.handle(), MOST_SHARED, grid.shared());
        }
        stream.handedOver();
        DriverFunction function = overlaps ? DriverFunction.LAUNCH_KERNEL_EX : DriverFunction.LAUNCH_KERNEL;
        int code = overlaps ? overlapping(stream, grid) : plainly(stream, grid);
        if (code != 0) {
            throw new CudaException(
                    "kernel " + kernel.name() + " on " + grid + ": "
                            + function.failure(code).getMessage(),
                    code);
        }
    }

    private int overlapping(Stream stream, Grid grid) {
        try (Arena arena = Arena.ofConfined()) {
            return DriverFunction.LAUNCH_KERNEL_EX.result(
                    LaunchConfig.of(arena, grid, stream).address(),
                    kernel.handle(),
                    arguments.pointers().address(),
                    0);
        }
    }

    private int plainly(Stream stream, Grid grid) {
        return DriverFunction.LAUNCH_KERNEL.result(
                kernel.handle(),
                grid.x(),
                grid.y(),
                grid.z(),
                grid.threads(),
                1,
                1,
                grid.shared(),
                stream.handle(),
                arguments.pointers().address(),
                0);
    }
}
